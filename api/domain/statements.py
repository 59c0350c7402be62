"""SQL that SQLAlchemy writes once and the driver runs as often as it is needed."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Protocol, TypeAlias

from asyncpg import Record
from sqlalchemy import ARRAY
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.sql.expression import ClauseElement

from api.domain.base import PublicId

Values: TypeAlias = Mapping[str, Any]
_Encoder: TypeAlias = Callable[[Any], Any]
_Parameter: TypeAlias = tuple[str, Any, _Encoder | None]

_DIALECT: Any = dialect()  # type: ignore[no-untyped-call]


class Driver(Protocol):
    """What this needs of a connection of the driver's."""

    async def fetch(self, query: str, *args: Any) -> list[Record]:
        """The rows of one statement."""

    async def execute(self, query: str) -> str:
        """Run a statement without parameters; its tag."""

    def is_closed(self) -> bool:
        """Whether the connection is gone."""


class Statement:
    """One statement as PostgreSQL will see it; its parameters are named by `bindparam`.

    Lists go in as one array parameter (`= ANY`), so the text is the same however many there are.
    """

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement

    @cached_property
    def _compiled(self) -> tuple[str, list[_Parameter]]:
        """Written at first use: a start does not wait for what nobody has asked yet."""
        compiled: Any = self._statement.compile(dialect=_DIALECT)
        del self._statement
        parameters = [
            (name, compiled.binds[name].effective_value, _encoder(compiled.binds[name].type))
            for name in compiled.positiontup or ()
        ]
        return self._text(str(compiled)), parameters

    def _text(self, sql: str) -> str:
        return sql

    @property
    def sql(self) -> str:
        """The text, with numbered parameters."""
        return self._compiled[0]

    async def run(self, driver: Driver, values: Values) -> list[Record]:
        """The rows."""
        return await driver.fetch(self._compiled[0], *self.arguments(values))

    def arguments(self, values: Values) -> list[Any]:
        """What the driver is given; a parameter that `values` does not name keeps the value it was
        written with.
        """
        return [
            encode(value) if encode and value is not None else value
            for name, usual, encode in self._compiled[1]
            for value in (values.get(name, usual),)
        ]


class Estimate(Statement):
    """What PostgreSQL would do for a statement, as JSON, and how many rows it expects."""

    def _text(self, sql: str) -> str:
        return f"EXPLAIN (FORMAT JSON) {sql}"


def _encoder(kind: Any) -> _Encoder | None:
    """From a column's Python value to what the driver takes."""
    if isinstance(kind, ARRAY) and isinstance(kind.item_type, PublicId):
        return lambda ids: [id[-32:] for id in ids]  # SQLAlchemy takes ten times as long
    encode: _Encoder | None = kind.dialect_impl(_DIALECT).bind_processor(_DIALECT)
    return encode
