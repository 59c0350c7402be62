"""Parts of a WHERE, each written once with parameters, to which a request gives the values."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from pydantic import BaseModel
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    String,
    any_,
    bindparam,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute

from api.domain.statements import Values

Column: TypeAlias = ColumnElement[Any] | InstrumentedAttribute[Any]


class Applied(NamedTuple):
    """A condition, and what its parameters stand for this time."""

    condition: "Condition"
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


class Flag:
    """Two conditions, one for true and one for false."""

    def __init__(self, name: str, sql: ColumnElement[bool]) -> None:
        self.name = name
        self._true, self._false = Condition(name, sql), Condition(name, not_(sql))

    def __call__(self, value: bool) -> Applied:
        """The condition for yes or no."""
        return Applied(self._true if value else self._false, {})


Conditions: TypeAlias = Mapping[str, Condition | Flag]


def conditions(*all: Condition | Flag) -> Conditions:
    """What each field of a filter means, by its name."""
    return {condition.name: condition for condition in all}


def chosen(filter: BaseModel, known: Conditions) -> list[Applied]:
    """The conditions of the fields that a filter has."""
    return [
        condition(value)
        for name, condition in known.items()
        if (value := getattr(filter, name)) is not None
    ]


def parameter(name: str, column: Column) -> ColumnElement[Any]:
    """A parameter with the type of a column."""
    return bindparam(name, type_=column.type)


def equals(name: str, column: Column) -> Condition:
    """Whether the column is the value."""
    return Condition(name, column == parameter(name, column))


def one_of(name: str, column: Column) -> Condition:
    """Whether the column is one of the values."""
    return Condition(name, column == any_(bindparam(name, type_=ARRAY(column.type))))


def since(name: str, column: Column) -> Condition:
    """Whether the column is the value or later."""
    return Condition(name, column >= parameter(name, column))


def before(name: str, column: Column) -> Condition:
    """Whether the column is earlier than the value."""
    return Condition(name, column < parameter(name, column))


def one_of_any_case(name: str, key: Column) -> Condition:
    """Whether the key is one of the values; PostgreSQL alone says which letters are the same."""
    return Condition(name, func.lower(key) == any_(lowered(name)))


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
    for special in "/%_":
        text = text.replace(special, f"/{special}")
    return f"%{text}%"
