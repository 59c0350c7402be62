"""CSV files as people save them: with a byte order mark or not, with any line ends, a few
delimiters, and faults.
"""

import codecs
import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MAX_CELL = 4 * 1024 * 1024  # far beyond any field; what is longer has lost its closing quote
DELIMITERS = ",;\t|"
_BLOCK = 1024 * 1024


class Unreadable(Exception):
    """Why nothing of a file can be imported, in a sentence."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What reading a file once without understanding it tells."""

    lines: int
    digest: str


@dataclass(frozen=True, slots=True)
class Cells:
    """One row, and the line of the file on which it begins."""

    line: int
    values: list[str]


def survey(path: Path) -> Survey:
    """Count the lines and take the hash; refuses what is not a regular file of UTF-8 text."""
    if not path.is_file():
        raise Unreadable(f"{path} is not a file.")
    decoder, digest, lines = codecs.getincrementaldecoder("utf-8")(), hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
                decoder.decode(block)
                lines += block.count(b"\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        line = lines + error.object[: error.start].count(b"\n") + 1
        raise Unreadable(f"Line {line} is not UTF-8 text: save the file as UTF-8.") from None
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}.") from None
    return Survey(lines, digest.hexdigest())


def read(path: Path, delimiter: str | None) -> Iterator[Cells]:
    """The rows, the header first, a blank line never; one at a time, so that any size of file will
    do.
    """
    csv.field_size_limit(MAX_CELL)
    with path.open(encoding="utf-8-sig", newline="") as file:
        if delimiter is None:
            delimiter = _sniffed(file.readline(_BLOCK))
            file.seek(0)
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        begins = 1
        try:
            for values in reader:
                if values:
                    yield Cells(begins, values)
                begins = reader.line_num + 1
        except csv.Error as error:
            raise Unreadable(f"Line {begins} is not CSV: {_why(error)}.") from None


def _sniffed(header: str) -> str:
    """The delimiter that cuts the header into the most cells."""
    return max(DELIMITERS, key=header.count)


def _why(error: csv.Error) -> str:
    text = str(error)
    if "field limit" in text or "unexpected end" in text:
        return "a quote that is opened there is not closed"
    return text
