"""A recorded order as a script for pgbench, which places another such order each time it runs.

Items are drawn anew, and what was made for the order gets ids of its own, also inside of texts;
every other parameter stays what it was. Several statements in one round trip are a pipeline.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from benchmarks.numbering import id_in_sql, number_of
from benchmarks.statements import Recording, Statement
from benchmarks.stocking import CATEGORY_NUMBERS, LEVEL_NUMBERS, LEVELS_PER_ITEM

NEW_IDS = 10**11  # above every number that the shop gave
PER_ORDER = 32  # more ids than one order needs
PER_CLIENT = 10**8
_PLACEHOLDER = re.compile(r"\$(\d+)")
_HEX = "[0-9a-f]"
_ID = re.compile(
    rf"(?<!{_HEX})(?:{_HEX}{{32}}|{_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}})(?!{_HEX})"
)
_KEY = "\0"  # stands for the idempotency key, and in no text that PostgreSQL takes
_PARTS = re.compile(f"({_KEY}|{_ID.pattern})")


def script(recording: Recording, draws: Sequence[tuple[int, int]], keep: set[UUID]) -> str:
    """The script; the n-th item is drawn from `draws[n]`, and ids in `keep` stay themselves."""
    values = _Values(recording, keep)
    lines = [
        r"\set n :n + 1",
        rf"\set made {NEW_IDS} + :start + :client_id * {PER_CLIENT} + :n * {PER_ORDER}",
    ]
    for n, (first, last) in enumerate(draws):
        lines.append(rf"\set item{n} random({first}, {last})")
    for statement in recording.statements:
        lines += _lines(statement, values.text)
    return "\n".join([*lines, ""])


def _lines(statement: Statement, render: Callable[[Any], str]) -> list[str]:
    text = " ".join(statement.text.split()).rstrip("; ")
    if not statement.types:
        together = [f"{part.strip()};" for part in text.split(";")]
    else:
        together = [_filled(text, statement.types, row, render) for row in statement.rows]
    return together if len(together) == 1 else [r"\startpipeline", *together, r"\endpipeline"]


def _filled(
    text: str, types: Sequence[str], row: Sequence[Any], render: Callable[[Any], str]
) -> str:
    def value(found: re.Match[str]) -> str:
        place = int(found[1]) - 1
        return f"CAST({render(row[place])} AS {types[place]})"

    return _PLACEHOLDER.sub(value, text) + ";"


class _Values:
    """Parameters as SQL; the same id is the same expression wherever it stands."""

    def __init__(self, recording: Recording, keep: set[UUID]) -> None:
        self._key, self._items, self._keep = recording.key, recording.items, keep
        self._made: dict[UUID, int] = {}

    def text(self, value: Any) -> str:
        if value is None:
            return "NULL"
        if isinstance(value, list | tuple):
            return f"ARRAY[{', '.join(map(self.text, value))}]"
        if isinstance(value, bool | int | Decimal):
            return f"({value})"
        if isinstance(value, bytes):
            return f"E'\\\\x{value.hex()}'"
        if isinstance(value, timedelta):
            return f"'{value.total_seconds()} seconds'"
        if not isinstance(value, str | UUID | datetime):
            raise TypeError(f"No way is known to write a {type(value).__name__} for pgbench.")
        return self._words(str(value))

    def _words(self, value: str) -> str:
        pieces = []
        for part in _PARTS.split(value.replace(self._key, _KEY)):
            if part == _KEY:
                pieces.append("('replayed-' || :made::bigint)")
            elif _ID.fullmatch(part):
                pieces.append(self._id(UUID(part)))
            elif part:
                pieces.append(_quoted(part))
        return f"({' || '.join(pieces) or _quoted('')})"

    def _id(self, id: UUID) -> str:
        number = number_of(id)
        if id in self._keep:
            return f"'{id.hex}'"
        if number is None:
            place = self._made.setdefault(id, len(self._made))
            return id_in_sql(f":made::bigint + {place}")
        if number <= CATEGORY_NUMBERS:
            return id_in_sql(f":item{self._items.index(number)}::bigint")
        if number < LEVEL_NUMBERS:
            return f"'{id.hex}'"
        item, place = divmod(number - LEVEL_NUMBERS, LEVELS_PER_ITEM)
        variable = f":item{self._items.index(item)}::bigint"
        return id_in_sql(f"{LEVEL_NUMBERS} + {variable} * {LEVELS_PER_ITEM} + {place}")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return "E'" + escaped.replace(":", r"\x3A") + "'"  # a colon would begin a variable
