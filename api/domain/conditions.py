"""Parts of a WHERE, each written once with parameters, to which a request gives the values."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, TypeAlias

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    String,
    any_,
    bindparam,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute

from api.domain.base import PublicId, PublicIds
from api.domain.statements import Values

Column: TypeAlias = ColumnElement[Any] | InstrumentedAttribute[Any]


class Shape(Protocol):
    """What a condition is whatever its values: part of the key of the statements it stands in."""

    @property
    def sql(self) -> ColumnElement[bool]:
        """The condition, with parameters."""


class Applied(NamedTuple):
    """A condition, and what its parameters stand for this time."""

    condition: Shape
    values: Values


class Condition:
    """SQL that holds for some rows; its parameters are the condition's own, by its name."""

    def __init__(
        self,
        name: str,
        sql: ColumnElement[bool],
        values: Callable[[Any], Values] | None = None,
    ) -> None:
        self.name, self.sql = name, sql
        self._values = values

    def __call__(self, value: Any) -> Applied:
        """The condition for one value."""
        return Applied(self, self._values(value) if self._values else {self.name: value})


def parameter(name: str, column: Column) -> ColumnElement[Any]:
    """A parameter with the type of a column."""
    return bindparam(name, type_=column.type)


def equals(name: str, column: Column) -> Condition:
    """Whether the column is the value."""
    return Condition(name, column == parameter(name, column))


def one_of(name: str, column: Column) -> Condition:
    """Whether the column is one of the values."""
    return Condition(name, column == any_(several(name, column)))


def several(name: str, column: Column) -> ColumnElement[Any]:
    """An array parameter of values of a column; the text of ids stands in a select of its own, so
    that a scan of every row reads it once and not once a row.
    """
    array = ARRAY(column.type)
    if isinstance(column.type, PublicId):
        ids = select(cast(bindparam(name, type_=PublicIds()), array)).scalar_subquery()
        return cast(ids, array)  # without this, ANY would look for a column of ids
    return bindparam(name, type_=array)


def lowered(name: str) -> ColumnElement[Any]:
    """An array parameter of texts in lower case."""
    texts = func.unnest(bindparam(name, type_=ARRAY(String))).column_valued(f"{name}_text")
    return func.array(select(func.lower(texts)).scalar_subquery(), type_=ARRAY(String))


def contains(name: str, *columns: Column) -> Condition:
    """Whether the text occurs in one of the columns, letter case aside; `%`, `_` and `\\` stand for
    themselves.
    """
    pattern = bindparam(name, type_=String)
    found = or_(*(column.ilike(pattern, escape="/") for column in columns))
    return Condition(name, found, lambda text: {name: within(text)})


def within(text: str) -> str:
    """The pattern of whatever holds this text, under the escape `/`."""
    return f"%{beginning_with(text)}"


def beginning_with(text: str) -> str:
    """The pattern of whatever begins with this text, under the escape `/`."""
    for special in "/%_":
        text = text.replace(special, f"/{special}")
    return f"{text}%"
