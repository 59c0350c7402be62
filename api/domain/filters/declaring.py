"""What a list may be filtered by: fields, flags, and the ways to other things."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, inspect

from api.domain.actors import Permission
from api.domain.filters.kinds import BOOLEAN, Kind, kind_of

Entity: TypeAlias = Any
"""A model, or an alias of one."""


@dataclass(frozen=True, eq=False)
class Column:
    """A column; `unindexed` says why it needs no index."""

    name: str
    unindexed: str = ""
    key: Callable[[Any], ColumnElement[Any]] | None = None
    """Of text that is the same in any letter case: the column's own key, in lower case."""

    def kind(self, model: Entity) -> Kind:
        """What it holds."""
        return kind_of(getattr(model, self.name))


@dataclass(frozen=True, eq=False)
class Flag:
    """Something that is so of a row or is not, never unknown."""

    name: str
    sql: Callable[[Entity], ColumnElement[bool]]
    description: str
    unindexed: str = ""

    def kind(self, model: Entity) -> Kind:
        """Yes or no."""
        return BOOLEAN


@dataclass(frozen=True, eq=False)
class Way:
    """The way to one other thing, or to many; `flat` are the fields there that query strings have.

    Whoever goes it needs the permission to read what is there.
    """

    name: str
    fields: "Callable[[], Fields]"
    here: str
    there: str
    many: bool = False
    needs: Permission | None = None
    flat: tuple[str, ...] = ()

    def joined(self, here: Entity, there: Entity) -> ColumnElement[bool]:
        """What holds for the two ends."""
        met: ColumnElement[bool] = getattr(there, self.there) == getattr(here, self.here)
        return met


@dataclass(frozen=True, eq=False)
class Through:
    """A field of what a way to one thing leads to, as if it stood here."""

    name: str
    way: str


Part: TypeAlias = Column | Flag | Way | Through


def columns(*names: str) -> Iterator[Column]:
    """Columns, each with an index."""
    return map(Column, names)


def unindexed(reason: str, *names: str) -> Iterator[Column]:
    """Columns without an index, and why they need none."""
    return (Column(name, reason) for name in names)


def one(
    name: str,
    fields: "Callable[[], Fields]",
    here: str,
    *,
    needs: Permission | None = None,
    flat: tuple[str, ...] = (),
) -> Way:
    """The way to the thing whose id stands in a column here."""
    return Way(name, fields, here, "id", needs=needs, flat=flat)


def many(
    name: str,
    fields: "Callable[[], Fields]",
    there: str,
    *,
    needs: Permission | None = None,
    flat: tuple[str, ...] = (),
) -> Way:
    """The way to all things that have this one's id in a column of theirs."""
    return Way(name, fields, "id", there, many=True, needs=needs, flat=flat)


@dataclass(frozen=True, eq=False)
class Fields:
    """All that rows of one sort may be filtered by; its name and `Filter` name the type."""

    name: str
    model: Entity
    declared: tuple[Part | Iterator[Column], ...] = field(repr=False)
    _ways: list[Way] = field(default_factory=list, repr=False)

    @classmethod
    def of(cls, name: str, model: Entity, *declared: Part | Iterator[Column]) -> "Fields":
        """The filters of a model's rows."""
        return cls(name, model, declared)

    def lead(self, way: Way) -> None:
        """Add a way to an area that knows this one, which must not know it."""
        self._ways.append(way)

    @property
    def type_name(self) -> str:
        """The name of the type on both faces."""
        return f"{self.name}Filter"

    @cached_property
    def parts(self) -> dict[str, Part]:
        """Each part by its name."""
        found: dict[str, Part] = {}
        for part in (*self.declared, *self._ways):
            for each in (part,) if isinstance(part, Part) else part:
                found[each.name] = each
        return found

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """What each field holds."""
        return dict(self._kinds())

    def _kinds(self) -> Iterator[tuple[str, Kind]]:
        for name, part in self.parts.items():
            if isinstance(part, Through):
                yield name, self.way(part.way).fields().kinds[name]
            elif not isinstance(part, Way):
                yield name, part.kind(self.model)

    def way(self, name: str) -> Way:
        """A way by its name."""
        found = self.parts[name]
        if not isinstance(found, Way):
            raise TypeError(f"{self.name}.{name} leads nowhere.")
        return found

    def nullable(self, column: Column) -> bool:
        """Whether a row may have nothing there."""
        return bool(inspect(self.model).columns[column.name].nullable)
