"""Records of the driver made rows, by code that is written for each row class and choice of its
fields.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, NamedTuple, TypeVar, cast, get_type_hints

import orjson
from sqlalchemy import ColumnElement, DateTime, Enum, Numeric, Text, func, literal_column
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.postgresql import JSONB

from api.domain.base import PublicId
from api.domain.conditions import Column
from api.domain.money import Money

T = TypeVar("T")


class Priced(NamedTuple):
    """The source of a Money field: its amount and its currency."""

    amount: Column
    currency: Column


class Maker(Generic[T]):
    """What makes rows of records that hold `columns`; a field without a source has its default, or
    is unset.
    """

    make: Callable[[Iterable[Any]], list[T]]

    def __init__(self, row: type[T], sources: Mapping[str, Column | Priced]) -> None:
        self.columns: list[ColumnElement[Any]] = []
        self.read: dict[str, Column] = {}
        self._names = {"row": row, "new": object.__new__, "money": Money.read}
        hints = get_type_hints(row)
        given = {
            field.name: self._value(field.name, sources[field.name], hints[field.name])
            if field.name in sources
            else self._default(field)
            for field in fields(cast("Any", row))
        }
        # A row costs as little as it can in Python: half of what its constructor takes.
        lines = [f"o.{name} = {value}" for name, value in given.items() if value]
        body = "\n  ".join(["o = new(row)", *lines, "rows.append(o)"])
        text = f"def make(records):\n rows = []\n for r in records:\n  {body}\n return rows"
        exec(text, self._names)  # noqa: S102  # our own fields
        self.make = cast("Callable[[Iterable[Any]], list[T]]", self._names["make"])

    def _value(self, field: str, source: Column | Priced, kind: Any) -> str:
        if isinstance(source, Priced):
            amount = self._column(field, source.amount)
            return f"money({amount}, {self._column(f'{field}_currency', source.currency)})"
        at = self._column(field, source)
        decode = _decoder(source, kind)
        return at if decode is None else f"(None if {at} is None else {self._name(decode)}({at}))"

    def _default(self, field: Field[Any]) -> str:
        if field.default_factory is not MISSING:
            return f"{self._name(field.default_factory)}()"
        return "" if field.default is MISSING else self._name(field.default)

    def _name(self, value: Any) -> str:
        name = f"given_{len(self._names)}"
        self._names[name] = value
        return name

    def _column(self, name: str, column: Column) -> str:
        """Where the column's value will stand in a record."""
        self.read[name] = column
        self.columns.append(wire(column))
        return f"r[{len(self.columns) - 1}]"


def required_of(row: type) -> set[str]:
    """The fields of a row class without a default."""
    return {
        field.name
        for field in fields(row)
        if field.default is MISSING and field.default_factory is MISSING
    }


def wire(column: Column) -> ColumnElement[Any]:
    """A column as it is read: public ids, exact numbers, times and JSON as text, which costs the
    driver less than objects of them, and Python less than formatting those.
    """
    if isinstance(column.type, PublicId):
        word, hex = literal_column(f"'{column.type.word}_'", Text), literal_column("'hex'", Text)
        return word.concat(func.encode(func.uuid_send(column), hex))
    if isinstance(column.type, Numeric):
        return as_type(func.trim_scale(column), Text)
    if isinstance(column.type, DateTime | JSONB):
        return as_type(column, Text)
    return cast("ColumnElement[Any]", column)


def _decoder(source: Column, kind: Any) -> Callable[[Any], Any] | None:
    if isinstance(source.type, Enum) and source.type.enum_class is not None:
        members = dict(source.type.enum_class.__members__)
        return members.__getitem__
    if isinstance(source.type, DateTime):
        return datetime.fromisoformat
    if isinstance(source.type, JSONB):
        return orjson.loads
    return Decimal if isinstance(source.type, Numeric) and kind is Decimal else None
