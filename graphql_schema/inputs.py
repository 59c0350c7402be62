"""Inputs made from the domain's commands: nothing is written twice."""

import types
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

import strawberry
from pydantic import MISSING, BaseModel, SecretStr
from pydantic.fields import FieldInfo
from strawberry.annotation import StrawberryAnnotation
from strawberry.schema.name_converter import NameConverter
from strawberry.types.arguments import InputContext
from strawberry.types.base import (
    StrawberryContainer,
    StrawberryObjectDefinition,
    has_object_definition,
)
from strawberry.types.lazy_type import LazyType

from api.domain.fields import Attributes

_ABSENT = (type(None), MISSING)


@cache
def input_of(model: type[BaseModel], name: str | None = None) -> type:
    """The GraphQL input of a command: same names, same nullability; the domain checks values."""
    fields = {key: _field(info) for key, info in model.model_fields.items()}
    return make_input(name or model.__name__, model.__doc__ or "", fields)


def make_input(name: str, description: str, fields: dict[str, tuple[Any, Any]]) -> type:
    """An input with these fields, each an annotation and a strawberry field; given as a dict."""
    namespace: dict[str, Any] = {
        "__annotations__": {key: _resolved(annotation) for key, (annotation, _) in fields.items()},
        "__doc__": description,
        "__module__": __name__,
        **{key: field for key, (_, field) in fields.items()},
    }
    made = strawberry.input(type(name, (), namespace), description=description)
    made.__strawberry_definition__.from_input = _data_of  # type: ignore[attr-defined]
    return made


@cache
def _resolved(annotation: Any) -> Any:
    """What Strawberry makes of an annotation, once: it would ask each field of each input anew."""
    return StrawberryAnnotation(annotation).resolve()


def optional(annotation: Any, description: str | None = None) -> tuple[Any, Any]:
    """A field that need not be sent."""
    return annotation | None, strawberry.field(default=strawberry.UNSET, description=description)


def _field(info: FieldInfo) -> tuple[Any, Any]:
    annotation = graphql_annotation(info.annotation)
    if info.is_required():
        return annotation, strawberry.field(description=info.description)
    if get_origin(annotation) is Union or isinstance(annotation, types.UnionType):
        annotation = get_args(annotation)[0]
    return optional(annotation, info.description)


def graphql_annotation(annotation: Any) -> Any:
    """What Strawberry should see of a Pydantic annotation: rules off, models and enums turned into
    GraphQL's.
    """
    origin = get_origin(annotation)
    if origin is Annotated:
        return graphql_annotation(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        present = [arg for arg in get_args(annotation) if arg not in _ABSENT]
        return graphql_annotation(present[0]) | None
    if origin is list:
        return list[graphql_annotation(get_args(annotation)[0])]  # type: ignore[misc]
    if origin is dict:
        return Attributes
    if annotation is SecretStr:
        return str
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return input_of(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return enum_of(annotation)
    return annotation


@cache
def enum_of(words: type[Enum]) -> type[Enum]:
    """The GraphQL enum of a domain enum."""
    return strawberry.enum(words, description=words.__doc__)


def _data_of(made: type, sent: Mapping[str, Any], context: InputContext) -> dict[str, Any]:
    """An input as the data that its Pydantic model validates, which Strawberry would make an object
    of first; what was not sent is not there.
    """
    names = _names_in(made, context.config.name_converter)
    found = {}
    for name, value in sent.items():
        key, below = names[name]
        found[key] = value if below is None else _below(below, value, context)
    return found


def _below(made: type, value: Any, context: InputContext) -> Any:
    if isinstance(value, list):
        return [_below(made, entry, context) for entry in value]
    return None if value is None else _data_of(made, value, context)


@cache
def _names_in(made: type, converter: NameConverter) -> dict[str, tuple[str, type | None]]:
    """What the fields are called in the data, and which input they hold, by their GraphQL names."""
    definition: StrawberryObjectDefinition = made.__strawberry_definition__  # type: ignore[attr-defined]
    return {
        converter.from_field(field): (
            field.python_name.rstrip("_"),  # `in_`: Python keeps `in`
            _input_in(field.resolve_type(type_definition=definition)),
        )
        for field in definition.fields
    }


def _input_in(kind: Any) -> type | None:
    while isinstance(kind, StrawberryContainer | LazyType):
        kind = kind.of_type if isinstance(kind, StrawberryContainer) else kind.resolve_type()
    return kind if has_object_definition(kind) else None
