"""How the value of a field is had: read, followed, or asked for."""

import keyword
from dataclasses import dataclass
from typing import TypeAlias

from graphql import GraphQLField, GraphQLObjectType
from strawberry.types.field import StrawberryField

from api.domain.operations import AnyOperation


@dataclass(frozen=True, slots=True)
class Attribute:
    """A plain attribute of the parent."""

    name: str


@dataclass(frozen=True, slots=True)
class Link:
    """A field that its declaration says how to follow for many parents at once."""

    bulk: AnyOperation
    key: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Any other resolver."""


Way: TypeAlias = Attribute | Link | Asked


def way_to(definition: GraphQLField) -> Way:
    """How the value of this field is had."""
    field = definition.extensions.get("strawberry-definition")
    if not isinstance(field, StrawberryField) or field.extensions:
        return Asked()
    if field.is_basic_field and field.default_resolver is getattr:
        name = field.python_name
        readable = name.isidentifier() and not keyword.iskeyword(name)
        return Attribute(name) if readable and _is_strawberrys(definition) else Asked()
    bulk, key = field.metadata.get("bulk"), field.metadata.get("key")
    if bulk is not None and isinstance(key, str) and key.isidentifier():
        return Link(bulk, key)
    return Asked()


def row_of(of: GraphQLObjectType) -> type | None:
    """The row class that the objects of a type are of."""
    definition = of.extensions.get("strawberry-definition")
    row: type | None = getattr(getattr(definition, "origin", None), "row", None)
    return row


def _is_strawberrys(definition: GraphQLField) -> bool:
    """Whether Strawberry's own reader of attributes is still in place."""
    return bool(getattr(definition.resolve, "_is_default", False))
