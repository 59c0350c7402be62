"""A recorded order as a script for pgbench, which places another such order each time it runs.

Items are drawn anew, and what was made for the order gets ids of its own; every other parameter
stays what it was. An executemany of the driver is a pipeline, as it was on the wire.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from benchmarks.numbering import id_in_sql, number_of
from benchmarks.shop import LEVEL_NUMBERS, LEVELS_PER_ITEM
from benchmarks.statements import Recording, Statement

NEW_IDS = 10**11  # above every number that the shop gave
PER_ORDER = 32  # more ids than one order needs
PER_CLIENT = 10**8
_PLACEHOLDER = re.compile(r"\$(\d+)")
_PUBLIC_ID = re.compile(r"([a-z]+)_([0-9a-f]{32})")


def script(recording: Recording, draws: Sequence[tuple[int, int]], keep: set[UUID]) -> str:
    """The script; the n-th item is drawn from `draws[n]`, and ids in `keep` stay themselves."""
    values = _Values(recording, keep)
    lines = [
        r"\set n :n + 1",
        rf"\set made {NEW_IDS} + :start + :client_id * {PER_CLIENT} + :n * {PER_ORDER}",
    ]
    for n, (first, last) in enumerate(draws):
        lines.append(rf"\set item{n} random({first}, {last})")
    lines.append("BEGIN;")
    for statement in recording.statements:
        lines += _lines(statement, values.text)
    return "\n".join([*lines, "COMMIT;", ""])


def _lines(statement: Statement, render: Callable[[Any], str]) -> list[str]:
    filled = [_filled(statement.text, row, render) for row in statement.rows]
    return filled if len(filled) == 1 else [r"\startpipeline", *filled, r"\endpipeline"]


def _filled(text: str, row: Sequence[Any], render: Callable[[Any], str]) -> str:
    one_line = " ".join(text.split())
    return _PLACEHOLDER.sub(lambda found: render(row[int(found[1]) - 1]), one_line) + ";"


class _Values:
    """Parameters as SQL; the same id is the same expression wherever it stands."""

    def __init__(self, recording: Recording, keep: set[UUID]) -> None:
        self._key, self._items, self._keep = recording.key, recording.items, keep
        self._made: dict[UUID, int] = {}

    def text(self, value: Any) -> str:
        if value is None:
            return "NULL"
        if isinstance(value, UUID):
            return self._id(value)
        if isinstance(value, list):
            return f"ARRAY[{', '.join(map(self.text, value))}]"
        if isinstance(value, bool | int | Decimal):
            return f"({value})"
        if not isinstance(value, str):
            raise TypeError(f"No way is known to write a {type(value).__name__} for pgbench.")
        return self._words(value)

    def _id(self, id: UUID) -> str:
        if id in self._keep:
            return f"'{id}'"
        number = number_of(id)
        if number is None:
            place = self._made.setdefault(id, len(self._made))
            return id_in_sql(f":made::bigint + {place}")
        if number < LEVEL_NUMBERS:
            return id_in_sql(f":item{self._items.index(number)}::bigint")
        item, place = divmod(number - LEVEL_NUMBERS, LEVELS_PER_ITEM)
        variable = f":item{self._items.index(item)}::bigint"
        return id_in_sql(f"{LEVEL_NUMBERS} + {variable} * {LEVELS_PER_ITEM} + {place}")

    def _words(self, value: str) -> str:
        if value == self._key:
            return "('replayed-' || :made::bigint)"
        public = _PUBLIC_ID.fullmatch(value)
        if public and UUID(public[2]) not in self._keep:
            return f"('{public[1]}_' || {self._id(UUID(public[2]))})"
        quoted = value.replace("\\", "\\\\").replace("'", "''")
        return "E'" + quoted.replace(":", r"\x3A") + "'"  # a colon would begin a variable
