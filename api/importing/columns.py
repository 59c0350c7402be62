"""From the header to fields: which column is which, and how its cells are read."""

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from api.domain.exporting import FORMULA, SEPARATORS
from api.importing.files import Cells, Unreadable

ATTRIBUTES = "attributes."
ANY_ATTRIBUTE = f"{ATTRIBUTES}NAME"  # stands in the list of fields for all of them
UNNAMED = "(unnamed)"
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,18}")
_GUARDED = re.compile(rf"(?<![^{SEPARATORS}])'({FORMULA})")
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

Reader = Callable[[str], Any]


class Unfit(ValueError):
    """Why a cell cannot be read."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row: on which line, in which column, and in words."""

    line: int
    column: str
    message: str


class Faulty(Exception):
    """A row that cannot be imported."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults = faults


def text(cell: str) -> str:
    """The cell without the apostrophes that exports put before formulas; the command judges it."""
    return _GUARDED.sub(r"\1", cell)


def word(cell: str) -> str:
    """A word of a fixed list, in any case."""
    return cell.strip().upper()


def integer(cell: str) -> int:
    """A whole number: no decimals, no thousands separators."""
    if not _INTEGER.fullmatch(cell.strip()):
        raise Unfit("Expected a whole number, like 12.")
    return int(cell)


def boolean(cell: str) -> bool:
    """true or false, yes or no, 1 or 0."""
    try:
        return _WORDS[cell.strip().lower()]
    except KeyError:
        raise Unfit("Expected true or false.") from None


def free(cell: str) -> str | int | bool:
    """The value of an attribute: a whole number, true or false, or text."""
    if _INTEGER.fullmatch(cell) and len(cell) <= 15:
        return int(cell)
    return {"true": True, "false": False}.get(cell.lower(), text(cell))


def reference(key: str) -> Reader:
    """A reader of another thing's business key."""
    return lambda cell: f"{key}:{text(cell.strip())}"


@dataclass(frozen=True)
class Layout:
    """The columns of one file in their order: the name in the header and the field, or None for
    what is ignored.
    """

    columns: Sequence[tuple[str, str | None]]
    readers: Mapping[str, Reader]

    def fingerprint(self, digest: str) -> str:
        """The same for the same file content with the same columns chosen."""
        chosen = "\n".join(f"{field}={name}" for name, field in self.columns if field)
        return hashlib.sha256(f"{digest}\n{chosen}".encode()).hexdigest()[:32]

    def only(self, fields: Collection[str]) -> "Layout":
        """The same columns with all others ignored."""
        columns = [(name, field if field in fields else None) for name, field in self.columns]
        return Layout(columns, self.readers)

    def values(self, row: Cells) -> dict[str, Any]:
        """What the row says, by field; an empty cell says nothing. Raises Faulty with every cell
        that cannot be read.
        """
        if len(row.values) != len(self.columns):
            message = f"The row has {len(row.values)} cells, the header {len(self.columns)}."
            raise Faulty(Fault(row.line, "", message))
        said: dict[str, Any] = {}
        faults: list[Fault] = []
        for at, name, field, read in self._wanted:
            cell = row.values[at]
            if not cell or cell.isspace():
                continue
            try:
                said[field] = read(cell)
            except Unfit as unfit:
                faults.append(Fault(row.line, name, str(unfit)))
        if faults:
            raise Faulty(*faults)
        return said

    @cached_property
    def _wanted(self) -> list[tuple[int, str, str, Reader]]:
        return [
            (at, name, field, self.readers.get(field, free))
            for at, (name, field) in enumerate(self.columns)
            if field is not None
        ]


def layout(
    header: Cells | None,
    readers: Mapping[str, Reader],
    required: Iterable[str],
    mapped: Mapping[str, str],
    ignored: Iterable[str],
) -> Layout:
    """Understand a header; refuses, with the fields that it could name, what is missing, unknown or
    there twice.
    """
    known = f"Known fields: {', '.join(readers)}."
    if header is None:
        raise Unreadable(f"The file is empty: its first line must name the columns. {known}")
    names = [name.strip() for name in header.values]
    _refuse_absent([*mapped, *ignored], names)
    columns = [(name, None if name in ignored else _field(name, mapped)) for name in names]
    fields = [field for _, field in columns if field is not None]
    if unknown := [name for name, field in columns if field and not _is_known(field, readers)]:
        shown = ", ".join(repr(name[:60]) for name in unknown[:10])
        advice = "Map each with --map COLUMN=FIELD or leave it out with --ignore COLUMN."
        raise Unreadable(f"Unknown columns: {shown}. {advice} {known}")
    if twice := sorted({field for field in fields if fields.count(field) > 1}):
        raise Unreadable(f"More than one column for: {', '.join(twice)}. {known}")
    if missing := [field for field in required if field not in fields]:
        raise Unreadable(f"There is no column for: {', '.join(missing)}. {known}")
    return Layout(columns, readers)


def _field(name: str, mapped: Mapping[str, str]) -> str:
    return mapped.get(name, name.lower()) or UNNAMED


def _is_known(field: str, readers: Mapping[str, Reader]) -> bool:
    named_by_file = field.startswith(ATTRIBUTES) and ANY_ATTRIBUTE in readers
    return field in readers or named_by_file


def _refuse_absent(named: Iterable[str], names: Sequence[str]) -> None:
    if absent := [name for name in named if name not in names]:
        shown = ", ".join(repr(name[:60]) for name in names)
        raise Unreadable(f"The file has no column {absent[0]!r}, only {shown}.")
