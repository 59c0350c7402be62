"""Rows as both faces send them, read below the ORM: a select for each row class, compiled once for
each combination of conditions and orders that is asked for.
"""

from collections.abc import Callable, Sequence
from dataclasses import MISSING, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, NamedTuple, TypeVar, cast, get_type_hints

from cachetools import LRUCache
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Enum,
    Numeric,
    Select,
    Text,
    func,
    inspect,
    literal_column,
    select,
)
from sqlalchemy import cast as as_type

from api.domain.base import Base, PublicId
from api.domain.conditions import Applied, Column, Shape
from api.domain.money import Money
from api.domain.scope import Scope
from api.domain.statements import Statement, Values

T = TypeVar("T")
Part = TypeVar("Part")
SHAPES = 256
"""Statements kept for one row class; whoever asks for ever new combinations pushes old ones out."""


class Priced(NamedTuple):
    """The source of a Money field: its amount and its currency."""

    amount: Column
    currency: Column


class Source(Generic[T]):
    """A row class and the select that fills its fields.

    A field is read from the model's column of its name unless `sources` names another; those that
    are in neither keep their defaults, and whoever reads completes them.
    """

    def __init__(
        self,
        row: type[T],
        model: type[Base],
        frame: Select[*tuple[Any, ...]] | None = None,
        **sources: Column | Priced,
    ) -> None:
        self.columns: list[ColumnElement[Any]] = []
        self.read: dict[str, Column] = {}
        self.make = self._maker(row, inspect(model).columns, sources)
        frame = select().select_from(model) if frame is None else frame
        self.statement = frame.add_columns(*self.columns)
        self._shapes: LRUCache[Any, Statement] = LRUCache(SHAPES)

    async def rows(
        self, scope: Scope, *where: Applied, order_by: tuple[Column, ...] = ()
    ) -> list[T]:
        """The rows that fulfil all conditions, in an order."""
        found = await scope.read(self._shape(conditions_of(where), order_by), values_of(where))
        return self.make(found)

    def _shape(self, where: tuple[Shape, ...], order_by: tuple[Column, ...]) -> Statement:
        return self.shaped(
            (where, order_by),
            lambda: self.statement.where(*(it.sql for it in where)).order_by(*order_by),
        )

    def shaped(
        self,
        key: Any,
        write: Callable[[], Select[*tuple[Any, ...]]],
        kind: type[Statement] = Statement,
    ) -> Statement:
        """The statement of this shape, written when it is first asked for."""
        known = self._shapes.get(key)
        if known is None:
            known = self._shapes[key] = kind(write())
        return known

    def held(self, **how: Any) -> "Source[T]":
        """The same rows, locked by each read until the command ends (as `with_for_update`)."""
        twin = object.__new__(Source)
        twin.columns, twin.read, twin.make = self.columns, self.read, self.make
        twin.statement = self.statement.with_for_update(**how)
        twin._shapes = LRUCache(SHAPES)
        return cast("Source[T]", twin)

    def _maker(
        self, row: type[T], own: Any, sources: dict[str, Column | Priced]
    ) -> Callable[[Any], list[T]]:
        """Constructor calls as source code: a row costs as little as it can in Python."""
        hints, names = get_type_hints(row), {"row": row, "money": Money.read}
        arguments: list[str] = []  # by position, which is twice as fast as by name
        complete = True
        for field in fields(cast("Any", row)):
            source = sources.get(field.name, own.get(field.name))
            if source is None:
                if field.default is MISSING and field.default_factory is MISSING:
                    raise TypeError(f"{row.__name__}.{field.name} has no source.")
                complete = False
            elif not complete:
                raise TypeError(f"{row.__name__}.{field.name} stands after one without a source.")
            else:
                arguments.append(self._argument(field.name, source, hints[field.name], names))
        text = f"lambda records: [row({', '.join(arguments)}) for r in records]"
        return cast("Callable[[Any], list[T]]", eval(text, names))  # noqa: S307  # our own fields

    def _argument(
        self, field: str, source: Column | Priced, kind: Any, names: dict[str, Any]
    ) -> str:
        if isinstance(source, Priced):
            amount = self._column(field, source.amount)
            return f"money({amount}, {self._column(f'{field}_currency', source.currency)})"
        at = self._column(field, source)
        decode = _decoder(source, kind)
        if decode is None:
            return at
        name = f"decode_{len(names)}"
        names[name] = decode
        return f"(None if {at} is None else {name}({at}))"

    def _column(self, name: str, column: Column) -> str:
        """Where the column's value will stand in a record."""
        self.read[name] = column
        self.columns.append(wire(column))
        return f"r[{len(self.columns) - 1}]"


class Whole(Generic[T, Part]):
    """Parents with their parts in one statement: `join` adds the parts' tables to the parents'."""

    def __init__(
        self,
        parent: Source[T],
        part: Source[Part],
        join: Callable[[Select[*tuple[Any, ...]]], Select[*tuple[Any, ...]]],
        order_by: tuple[Column, ...],
    ) -> None:
        self._parent, self._part, self._order_by = parent, part, order_by
        self._statement = join(parent.statement).add_columns(*part.columns)

    async def rows(self, scope: Scope, *where: Applied) -> list[tuple[T, list[Part]]]:
        """Each parent that fulfils all conditions and has parts, with them, in order."""
        asked = conditions_of(where)
        statement = self._parent.shaped(
            ("whole", asked),
            lambda: self._statement.where(*(it.sql for it in asked)).order_by(*self._order_by),
        )
        width = len(self._parent.columns)
        found: dict[Any, list[Any]] = {}
        for record in await scope.read(statement, values_of(where)):
            found.setdefault(record[0], []).append(record)
        parents = self._parent.make(records[0] for records in found.values())
        return [
            (parent, self._part.make(record[width:] for record in records))
            for parent, records in zip(parents, found.values(), strict=True)
        ]


def conditions_of(where: Sequence[Applied]) -> tuple[Shape, ...]:
    """Which conditions these are, whatever their values: part of a statement's shape."""
    return tuple(condition for condition, _ in where)


def values_of(where: Sequence[Applied]) -> Values:
    """What the parameters of these conditions stand for."""
    return {name: value for _, values in where for name, value in values.items()}


def wire(column: Column) -> ColumnElement[Any]:
    """A column as it is read: public ids, exact numbers and times as text, which costs the driver
    less than objects of them, and Python less than formatting those.
    """
    if isinstance(column.type, PublicId):
        word, hex = literal_column(f"'{column.type.word}_'", Text), literal_column("'hex'", Text)
        return word.concat(func.encode(func.uuid_send(column), hex))
    if isinstance(column.type, Numeric):
        return as_type(func.trim_scale(column), Text)
    if isinstance(column.type, DateTime):
        return as_type(column, Text)
    return cast("ColumnElement[Any]", column)


def _decoder(source: Column, kind: Any) -> Callable[[Any], Any] | None:
    if isinstance(source.type, Enum) and source.type.enum_class is not None:
        members = dict(source.type.enum_class.__members__)
        return members.__getitem__
    if isinstance(source.type, DateTime):
        return datetime.fromisoformat
    return Decimal if isinstance(source.type, Numeric) and kind is Decimal else None
