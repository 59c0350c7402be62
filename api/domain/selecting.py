"""Rows as both faces send them, read below the ORM: a select for each row class, compiled once for
each combination of conditions and orders that is asked for.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import fields
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from cachetools import LRUCache
from sqlalchemy import Select, inspect, select
from sqlalchemy.sql.selectable import TableClause
from sqlalchemy.sql.util import find_tables

from api.domain.base import Base
from api.domain.conditions import Applied, Column, Shape
from api.domain.making import Maker, Priced, required_of, wire
from api.domain.scope import Scope
from api.domain.statements import Statement, Values

__all__ = ["Priced", "Source", "Whole", "conditions_of", "values_of", "wire"]
T = TypeVar("T")
Part = TypeVar("Part")
SHAPES = 256
"""Statements kept for one row class; whoever asks for ever new combinations pushes old ones out."""
CHOICES = 64
"""Choices of its fields kept for one row class."""


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
        own: Any = inspect(model).columns
        self._row, self._keys = row, frozenset[str]()
        self.model, self.stands_alone = model, frame is None
        self.frame = select().select_from(model) if frame is None else frame
        names = [field.name for field in fields(cast("Any", row))]
        found = {name: sources.get(name, own.get(name)) for name in names}
        self.sources = {name: source for name, source in found.items() if source is not None}
        if unknown := required_of(row) - self.sources.keys():
            raise TypeError(f"{row.__name__} has no source of {sorted(unknown)}.")
        self._shapes: LRUCache[Any, Statement] = LRUCache(SHAPES)
        self._chosen: LRUCache[frozenset[str], Source[T]] = LRUCache(CHOICES)
        self._choose(self.sources)

    def keyed(self, *keys: str) -> "Source[T]":
        """This, whose rows may lack what their reader does not want (`Scope.wanted`), but for the
        fields that the domain itself looks at.
        """
        self._keys = frozenset(keys)
        return self

    def column(self, name: str) -> Column:
        """Where a field of one column is read from."""
        source = self.sources[name]
        if isinstance(source, Priced):
            raise TypeError(f"{self._row.__name__}.{name} is read from two columns.")
        return cast("Column", source)

    @cached_property
    def tables(self) -> frozenset[TableClause]:
        """What the select reads."""
        froms = self.statement.get_final_froms()
        return frozenset(table for some in froms for table in find_tables(some))

    def _choose(self, sources: Mapping[str, Column | Priced]) -> None:
        maker = Maker(self._row, sources)
        self.columns, self.read, self.make = maker.columns, maker.read, maker.make
        self.statement = self.frame.add_columns(*self.columns)
        self._choice = frozenset(sources)

    async def rows(
        self, scope: Scope, *where: Applied, order_by: tuple[Column, ...] = ()
    ) -> list[T]:
        """The rows that fulfil all conditions, in an order."""
        seen = self.seen_by(scope)
        found = await scope.read(seen._shape(conditions_of(where), order_by), values_of(where))
        return seen.make(found)

    def seen_by(self, scope: Scope) -> "Source[T]":
        """The same rows with no more in them than is wanted; the other fields are unset, so that
        whoever reads one by mistake hears of it.
        """
        wanted = scope.wanted.get(self._row)
        if wanted is None or not self._keys:
            return self
        chosen = self._chosen.get(wanted)
        if chosen is None:
            chosen = self._chosen[wanted] = copy(self)
            names = wanted | self._keys
            chosen._choose({name: it for name, it in self.sources.items() if name in names})
        return chosen

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
        known = self._shapes.get((self._choice, key))
        if known is None:
            known = self._shapes[self._choice, key] = kind(write())
        return known

    def held(self, **how: Any) -> "Source[T]":
        """The same rows, whole, locked by each read until the command ends (`with_for_update`)."""
        twin = copy(self)
        twin.statement = self.statement.with_for_update(**how)
        twin._keys, twin._shapes = frozenset(), LRUCache(SHAPES)
        return twin


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
