"""Filters as SQL: every condition holds or does not, so that NOT gives exactly the other rows.

SQL's third answer, unknown, is no in every place here: under AND and OR it does no harm, and NOT is
`IS NOT TRUE`. A condition that takes a value has a parameter of its own, numbered as they come.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    all_,
    and_,
    any_,
    bindparam,
    exists,
    false,
    func,
    not_,
    or_,
    true,
)
from sqlalchemy.orm import aliased

from api.domain.conditions import lowered
from api.domain.filters.declaring import Column, Entity, Fields, Flag, Way
from api.domain.filters.kinds import Kind

Sql: TypeAlias = ColumnElement[bool]
_COMPARED: dict[str, Callable[[Any, Any], Sql]] = {
    "eq": lambda column, value: column == value,
    "gt": lambda column, value: column > value,
    "gte": lambda column, value: column >= value,
    "lt": lambda column, value: column < value,
    "lte": lambda column, value: column <= value,
    "contains": lambda column, value: column.ilike(value, escape="/"),
    "starts_with": lambda column, value: column.ilike(value, escape="/"),
    "in": lambda column, values: column == any_(values),
}


@dataclass(frozen=True, slots=True)
class All:
    """Rows for which all of these hold; of none, every row."""

    nodes: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Any_:
    """Rows for which one of these holds; of none, no row."""

    nodes: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """The other rows."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class Compared:
    """A column against a value, which is not part of the shape."""

    column: Column
    operator: str


@dataclass(frozen=True, slots=True)
class Null:
    """Whether a column has nothing."""

    column: Column
    null: bool


@dataclass(frozen=True, slots=True)
class Flagged:
    """Whether a flag is so."""

    flag: Flag
    so: bool


@dataclass(frozen=True, slots=True)
class Led:
    """What holds where a way leads: for `some` of the things there, for `none`, or for `every`."""

    way: Way
    how: str
    node: "Node"


Node: TypeAlias = All | Any_ | Not | Compared | Null | Flagged | Led


@dataclass(frozen=True)
class Tree:
    """The shape of a filter: two that differ in their values alone are the same."""

    fields: Fields
    node: Node
    _hash: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((id(self.fields), self.node)))

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def sql(self) -> Sql:
        """The condition, its parameters named by `value_name`."""
        return _Writing().of(self.node, self.fields, self.fields.model)


def value_name(number: int) -> str:
    """The parameter of the condition that comes at this place."""
    return f"where_{number}"


class _Writing:
    """Writes one tree, and counts its parameters."""

    def __init__(self) -> None:
        self._values = 0

    def of(self, node: Node, fields: Fields, at: Entity) -> Sql:
        match node:
            case All(nodes):
                return and_(true(), *(self.of(it, fields, at) for it in nodes))
            case Any_(nodes):
                return or_(false(), *(self.of(it, fields, at) for it in nodes))
            case Not(inner):
                return self.of(inner, fields, at).is_not(true())
            case Flagged(flag, so):
                sql = flag.sql(at)
                return sql if so else not_(sql)
            case Null(column, null):
                value: ColumnElement[Any] = getattr(at, column.name)
                return value.is_(None) if null else value.is_not(None)
            case Compared(column, operator):
                return self._compared(column, operator, fields, at)
            case Led():
                return self._led(node, at)

    def _compared(self, column: Column, operator: str, fields: Fields, at: Entity) -> Sql:
        name, value = value_name(self._values), getattr(at, column.name)
        self._values += 1
        keyed = column.key is not None and operator in ("eq", "ne", "in", "nin")
        if keyed and column.key is not None:
            value = column.key(value)
        given = _given(name, operator, column.kind(fields.model), lower=keyed)
        nullable = fields.nullable(column)
        if operator == "ne":
            return value.is_distinct_from(given) if nullable else value != given  # type: ignore[no-any-return]
        if operator == "nin":
            among: Sql = value == any_(given)
            return among.is_not(true()) if nullable else value != all_(given)
        return _COMPARED[operator](value, given)

    def _led(self, led: Led, at: Entity) -> Sql:
        fields = led.way.fields()
        there = aliased(fields.model)
        inner = self.of(led.node, fields, there)
        if led.how == "every":
            inner = inner.is_not(true())
        found = exists().where(led.way.joined(at, there), inner)
        return found if led.how == "some" else not_(found)


def _given(name: str, operator: str, kind: Kind, *, lower: bool) -> ColumnElement[Any]:
    if operator in ("in", "nin"):
        return lowered(name) if lower else bindparam(name, type_=ARRAY(kind.sql))
    given = bindparam(name, type_=kind.sql)
    return func.lower(given) if lower else given
