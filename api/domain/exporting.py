"""Whole lists as CSV, written by PostgreSQL itself and passed on piece by piece."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, ColumnElement, DateTime, Enum, String, Text, func
from sqlalchemy import cast as as_type
from sqlalchemy import literal_column as literally

from api.domain.asking import Which
from api.domain.conditions import Column
from api.domain.connections import Connections, Copier
from api.domain.paging import Listing, SortKey
from api.domain.scope import Scope
from api.domain.selecting import conditions_of, values_of, wire
from api.domain.sqlstates import FAILURES, refusal_of
from api.domain.statements import Statement, Values

Sink = Callable[[bytes], Awaitable[None]]
SEPARATORS = r",;|\t\r\n"
"""Where some spreadsheet cuts cells, as members of a set of characters."""
FORMULA = r"""['"]*[-=+@\t\r\n\uff0d\uff1d\uff0b\uff20]"""
"""What begins a formula in some spreadsheet, full-width signs among them."""
_FORMULAS = rf"(?<![^{SEPARATORS}])({FORMULA})".replace("'", "''")
SECONDS = 900
"""What one file may take, be it PostgreSQL that is slow or the reader."""


@dataclass(frozen=True)
class Export:
    """A list that is ready to be written; nothing has been read yet."""

    name: str
    connections: Connections
    heading: Sequence[str]
    statement: Statement
    values: Values

    async def write(self, sink: Sink) -> None:
        """Hand over the whole file, a piece at a time, no faster than the sink takes them; raises
        Busy before the first when too many exports are under way.
        """
        untaken: Exception | None = None

        async def pass_on(piece: bytes) -> None:
            nonlocal untaken
            try:
                await sink(piece)
            except Exception as error:
                untaken = error
                raise

        try:
            async with self.connections.exporter() as driver:
                await self._write(driver, pass_on)
        except FAILURES as error:
            if error is untaken:
                raise
            raise refusal_of(error) or error from error

    async def _write(self, driver: Copier, sink: Sink) -> None:
        await sink((",".join(self.heading) + "\r\n").encode())
        arguments = self.statement.arguments(self.values)
        await driver.copy_from_query(
            self.statement.sql, *arguments, output=sink, format="csv", timeout=SECONDS
        )


def export(scope: Scope, listing: Listing[Any], which: Which, order: tuple[SortKey, ...]) -> Export:
    """All rows of a list that are asked for, in an order."""
    where = listing.conditions(scope, which)
    source, asked = listing.source, conditions_of(where)
    order = order or listing.default

    def write() -> Any:
        columns = [in_csv(column) for column in source.read.values()]
        rows = source.statement.with_only_columns(*columns, maintain_column_froms=True)
        return rows.where(*(it.sql for it in asked)).order_by(*listing.directions(order))

    statement = source.shaped(("export", asked, order), write)
    heading = list(source.read)
    return Export(listing.name, scope.connections, heading, statement, values_of(where))


def in_csv(column: Column) -> ColumnElement[Any]:
    """A column as a file has it: as on the wire, times in UTC, and no text that a spreadsheet would
    take for a formula, wherever it cuts it: an apostrophe stands before. What begins with one gets
    another, so that `import` takes off exactly what was put there.
    """
    kind = column.type
    if isinstance(kind, DateTime):
        shape = literally('\'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\'', Text)
        return func.to_char(func.timezone(literally("'UTC'", Text), column), shape)
    if isinstance(kind, Boolean):
        return as_type(column, Text)
    if isinstance(kind, String) and not isinstance(kind, Enum):
        formulas, guarded = (literally(rf"'{it}'", Text) for it in (_FORMULAS, r"''\1"))
        return func.regexp_replace(column, formulas, guarded, literally("'g'", Text), type_=Text)
    return wire(column)
