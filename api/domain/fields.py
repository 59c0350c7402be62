"""The strict field types of every command and filter: what they refuse, no column ever sees."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, NewType

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError, core_schema
from uuid_utils import uuid7

Id = NewType("Id", str)
Quantity = NewType("Quantity", int)
Currency = NewType("Currency", str)
Attributes = NewType("Attributes", dict[str, str | int | bool | None])

MAX_QUANTITY = 1_000_000_000
MAX_COUNT = 9_007_199_254_740_991  # what a JSON number carries exactly in every client


class Strict(BaseModel):
    """Base of commands and filters: unknown keys refused, no guessing of types, immutable once
    checked.
    """

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, hide_input_in_errors=True, defer_build=True
    )


class Filter(BaseModel):
    """Base of what a report is asked, whose values may come from a query string; unknown keys
    refused.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True
    )


LAX = Field(strict=False)  # an enum in a command comes as its word, which strictness would refuse


def new_id(word: str) -> Id:
    """A fresh public id: the thing's word and a UUIDv7 in hex."""
    return Id(f"{word}_{uuid7().hex}")


def _refuse(code: str, message: str) -> PydanticCustomError:
    return PydanticCustomError(code, message)


class PublicIdRule:
    """Accepts `<word>_<32 hex>`, and, when `key` is given, also `<key>:<the thing's own business
    key>`; the Pydantic metadata of a field that holds the id of a `word`.
    """

    def __init__(self, word: str, key: str | None = None) -> None:
        self.word, self.key = word, key
        self._shape = re.compile(rf"{word}_[0-9a-f]{{32}}")

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(self, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        shape = self._shape.pattern
        also = f", or `{self.key}:` and its own" if self.key else ""
        return handler(schema) | {
            "pattern": f"^({shape}|{self.key}:.+)$" if self.key else f"^{shape}$",
            "description": f"`{self.word}_` and 32 hex digits{also}.",
        }

    def __call__(self, value: str) -> str:
        if self._shape.fullmatch(value):
            return value
        if self.key and value.startswith(f"{self.key}:"):
            return f"{self.key}:{clean_line(value[len(self.key) + 1 :])}"
        also = f" or '{self.key}:...'" if self.key else ""
        raise _refuse("invalid_id", f"Expected an id like '{self.word}_' and 32 hex digits{also}.")


_Short = StringConstraints(strict=True, max_length=200)
ItemId = Annotated[Id, _Short, PublicIdRule("item")]
ItemRef = Annotated[Id, _Short, PublicIdRule("item", "sku")]
CategoryId = Annotated[Id, _Short, PublicIdRule("category")]
CategoryRef = Annotated[Id, _Short, PublicIdRule("category", "slug")]
LocationId = Annotated[Id, _Short, PublicIdRule("location")]
LocationRef = Annotated[Id, _Short, PublicIdRule("location", "code")]
CustomerId = Annotated[Id, _Short, PublicIdRule("customer")]
CustomerRef = Annotated[Id, _Short, PublicIdRule("customer", "ref")]
OrderId = Annotated[Id, _Short, PublicIdRule("order")]
OrderRef = Annotated[Id, _Short, PublicIdRule("order", "ref")]
OrderLineId = Annotated[Id, _Short, PublicIdRule("line")]
LevelId = Annotated[Id, _Short, PublicIdRule("level")]
PostingId = Annotated[Id, _Short, PublicIdRule("posting")]
UserId = Annotated[Id, _Short, PublicIdRule("user")]
ApiKeyId = Annotated[Id, _Short, PublicIdRule("key")]
SessionId = Annotated[Id, _Short, PublicIdRule("session")]
UploadId = Annotated[Id, _Short, PublicIdRule("upload")]


def _printable(value: str, allowed: str) -> str:
    if value.isprintable():  # nearly always, and found out at once
        return value
    for char in value:
        category = unicodedata.category(char)
        if category == "Cs" or (category == "Cc" and char not in allowed):
            raise _refuse(
                "invalid_text", "Text may not hold control characters or half a surrogate pair."
            )
        if ord(char) & 0xFFFE == 0xFFFE:
            raise _refuse(
                "invalid_text", "Text may not hold characters that Unicode keeps unassigned."
            )
    return value


def clean_line(value: str) -> str:
    """One line of text without edges of white space; refuses emptiness and control characters."""
    if "\n" in value or "\r" in value:
        raise _refuse("not_one_line", "Expected one line of text.")
    text = _printable(value, "").strip()
    if not text:
        raise _refuse("empty_text", "Text may not be empty.")
    return text


def clean_text(value: str) -> str:
    """Text of several lines; refuses control characters other than tab and line ends."""
    return _printable(value, "\t\r\n")


def _line(limit: int) -> tuple[StringConstraints, AfterValidator]:
    return StringConstraints(strict=True, max_length=limit), AfterValidator(clean_line)


Name = Annotated[str, *_line(200)]
Line = Annotated[str, *_line(500)]
Sku = Annotated[str, *_line(64)]
Code = Annotated[str, *_line(40)]
Note = Annotated[str, StringConstraints(strict=True, max_length=2000), AfterValidator(clean_text)]
SearchText = Annotated[str, *_line(200)]
EMAIL = (
    r"^[^@\s\x00-\x1f\"(),:;<>\[\\\]]{1,64}@[^@\s\x00-\x1f\"(),:;<>\[\\\]]{1,189}\.[^@\s.]{2,63}$"
)
Email = Annotated[
    str,
    StringConstraints(
        strict=True, max_length=254, to_lower=True, strip_whitespace=True, pattern=EMAIL
    ),
    AfterValidator(clean_line),
]
Units = Annotated[Quantity, Field(strict=True, ge=1, le=MAX_QUANTITY)]
Count = Annotated[Quantity, Field(strict=True, ge=0, le=MAX_QUANTITY)]
Delta = Annotated[Quantity, Field(strict=True, ge=-MAX_QUANTITY, le=MAX_QUANTITY)]
Version = Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]
Priority = Annotated[int, Field(strict=True, ge=0, le=100_000)]


def decimal_text(places: int, digits: int) -> Callable[[object], Decimal]:
    """A reader of decimals from plain text such as "12.34": no exponent, no sign games, no silent
    rounding.
    """
    shape = re.compile(rf"(0|[1-9][0-9]{{0,{digits - 1}}})(\.[0-9]{{1,{places}}})?")

    def read(value: object) -> Decimal:
        if isinstance(value, Decimal):
            value = format(value, "f")
        if not isinstance(value, str) or not shape.fullmatch(value):
            message = f"Expected a decimal as text, like '12.5', with at most {places} decimals."
            raise _refuse("invalid_decimal", message)
        return Decimal(value)

    return read


Amount = Annotated[
    Decimal,
    BeforeValidator(decimal_text(4, 12)),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,4})?$"}),
]
Fraction = Annotated[
    Decimal,
    BeforeValidator(decimal_text(6, 1)),
    Field(ge=0, le=1),
    WithJsonSchema({"type": "string", "pattern": r"^(0(\.[0-9]{1,6})?|1(\.0{1,6})?)$"}),
]
CurrencyCode = Annotated[Currency, StringConstraints(strict=True, pattern=r"^[A-Z]{3}$")]


_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.]{5,15}([Zz]|[+-][0-9]{2}:[0-9]{2})?")


def _instant(value: object) -> datetime:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value) if _INSTANT.fullmatch(value) else None
        except ValueError:
            value = None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise _refuse("invalid_time", "Expected a time with its zone, like '2026-11-22T10:30:00Z'.")
    if not 1900 < value.year < 2200:  # before any conversion, which would overflow at the edges
        raise _refuse("invalid_time", "Times must lie between the years 1901 and 2199.")
    return value.astimezone(UTC)


Instant = Annotated[datetime, BeforeValidator(_instant)]

AttributeKey = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9_]{0,39}$")]
AttributeValue = (
    Annotated[bool, Field(strict=True)]
    | Annotated[int, Field(strict=True, ge=-MAX_COUNT, le=MAX_COUNT)]
    | Line
    | None
)
MAX_ATTRIBUTES = 50


def _few(value: Any) -> Any:
    """Too many are refused before each is looked at."""
    if isinstance(value, dict) and len(value) > MAX_ATTRIBUTES:
        raise _refuse("too_long", f"At most {MAX_ATTRIBUTES} attributes.")
    return value


AttributeMap = Annotated[
    dict[AttributeKey, AttributeValue], Field(max_length=MAX_ATTRIBUTES), BeforeValidator(_few)
]
