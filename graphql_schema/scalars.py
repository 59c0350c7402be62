"""The domain's field types as scalars; they check no more than the shape, the commands check the
rest.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import strawberry
from graphql import GraphQLError, GraphQLID
from strawberry.types.scalar import ScalarDefinition

from api.domain.fields import Attributes, Currency, Id, Quantity


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise GraphQLError("Expected a whole number.")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise GraphQLError("Expected text.")
    return value


def _object(value: Any) -> Any:
    if not isinstance(value, dict):
        raise GraphQLError("Expected an object.")
    return value


def _rfc3339(value: datetime | str) -> str:
    if isinstance(value, str):
        return value
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _scalar(name: str, description: str, serialize: Any, parse: Any) -> ScalarDefinition:
    return strawberry.scalar(
        name=name, description=description, serialize=serialize, parse_value=parse
    )


SCALARS: dict[object, ScalarDefinition] = {
    Id: ScalarDefinition(
        name="ID",
        description=GraphQLID.description,
        specified_by_url=None,
        serialize=None,
        parse_value=None,
        parse_literal=None,
        implementation=GraphQLID,
    ),
    Quantity: _scalar("Quantity", "A whole number of stock units, up to 2^53 - 1.", int, _whole),
    Currency: _scalar("Currency", "A currency code of ISO 4217.", str, _text),
    Decimal: _scalar("Decimal", "An exact decimal as text, like `12.5`.", str, _text),
    datetime: _scalar("DateTime", "A time in UTC, as RFC 3339 writes it.", _rfc3339, _text),
    Attributes: _scalar("Attributes", "Names with text, numbers or flags.", dict, _object),
}
