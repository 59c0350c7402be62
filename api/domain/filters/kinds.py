"""What a field of a filter holds, and so which operators it takes."""

import re
from dataclasses import dataclass
from enum import Enum as PyEnum
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from sqlalchemy import BigInteger, Boolean, DateTime, Enum, Numeric, String
from sqlalchemy.types import TypeEngine

from api.domain.base import PublicId
from api.domain.fields import LAX, MAX_COUNT, Amount, Id, Instant, Line, PublicIdRule, Quantity

MAX_VALUES = 200
"""How many values one list of a filter may have."""
_EQUAL = ("eq", "ne")
_AMONG = (*_EQUAL, "in", "nin")
_ORDERED = (*_AMONG, "gt", "gte", "lt", "lte")
_DIGITS = re.compile(r"-?[0-9]{1,19}")

OPERATORS = {
    "eq": "Exactly this.",
    "ne": "Anything but this.",
    "in": f"Any of these, up to {MAX_VALUES}; of none, no rows.",
    "nin": f"None of these, up to {MAX_VALUES}.",
    "gt": "More, or later.",
    "gte": "This, more, or later.",
    "lt": "Less, or earlier.",
    "lte": "This, less, or earlier.",
    "contains": "This text within it, letter case aside.",
    "starts_with": "This text at its beginning, letter case aside.",
    "is_null": "Whether there is none.",
}
"""Every operator of a value, in the order and the words of both faces."""

GROUPS = {
    "AND": "All of these hold; of none, every row.",
    "OR": "One of these holds; of none, no row.",
    "NOT": "The other rows, those without a value included.",
}
MANY = {
    "some": "There is one such.",
    "none": "There is no such.",
    "every": "All are such, if there are any.",
}
"""How a filter of many things may be meant, in the words of both faces."""


@dataclass(frozen=True)
class Kind:
    """Values of one sort; its name and `Filter` name the type on both faces."""

    name: str
    value: Any
    operators: tuple[str, ...]
    sql: TypeEngine[Any]

    @cached_property
    def one(self) -> TypeAdapter[Any]:
        """Checks one value."""
        return TypeAdapter(self.value)

    @cached_property
    def several(self) -> TypeAdapter[Any]:
        """Checks a list of values."""
        several: Any = list[self.value]  # type: ignore[name-defined]
        return TypeAdapter(Annotated[several, Field(max_length=MAX_VALUES)])

    def from_text(self, text: str) -> Any:
        """A value as JSON would have it, from a query string; what is none stays as it is."""
        if self.name == "Boolean":
            return truth(text)
        return int(text) if self.name == "Number" and _DIGITS.fullmatch(text) else text


def truth(text: str) -> Any:
    """Yes or no from a query string; what is neither stays as it is."""
    return {"true": True, "false": False}.get(text, text)


YES_OR_NO: TypeAdapter[bool] = TypeAdapter(Annotated[bool, Field(strict=True)])
BOOLEAN = Kind("Boolean", Annotated[bool, Field(strict=True)], _EQUAL, Boolean())
_NUMBER = Kind(
    "Number",
    Annotated[Quantity, Field(strict=True, ge=-MAX_COUNT, le=MAX_COUNT)],
    (*_ORDERED, "is_null"),
    BigInteger(),
)
_TEXT = Kind("Text", Line, (*_AMONG, "contains", "starts_with", "is_null"), String())


def kind_of(column: Any) -> Kind:
    """The kind of a column's values."""
    type_ = column.type
    if isinstance(type_, PublicId):
        value = Annotated[Id, Field(strict=True, max_length=200), PublicIdRule(type_.word)]
        return Kind("Id", value, (*_AMONG, "is_null"), type_)
    if isinstance(type_, Enum):
        words: type[PyEnum] = type_.enum_class  # type: ignore[assignment]
        return Kind(words.__name__, Annotated[words, LAX], _AMONG, type_)
    if isinstance(type_, DateTime):
        return Kind("DateTime", Instant, (*_ORDERED, "is_null"), type_)
    if isinstance(type_, Numeric):
        return Kind("Decimal", Amount, (*_ORDERED, "is_null"), type_)
    if isinstance(type_, Boolean):
        return BOOLEAN
    return _TEXT if isinstance(type_, String) else _NUMBER
