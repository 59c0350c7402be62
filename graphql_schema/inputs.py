"""Inputs made from the domain's commands: nothing is written twice."""

import types
from collections.abc import Iterator
from enum import Enum
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

import strawberry
from pydantic import MISSING, BaseModel, SecretStr
from pydantic.fields import FieldInfo
from strawberry.annotation import StrawberryAnnotation

from api.domain.fields import Attributes

_ABSENT = (type(None), MISSING)


@cache
def input_of(model: type[BaseModel], name: str | None = None) -> type:
    """The GraphQL input of a command: same names, same nullability; the domain checks values."""
    fields = {key: _field(info) for key, info in model.model_fields.items()}
    return make_input(name or model.__name__, model.__doc__ or "", fields)


def make_input(name: str, description: str, fields: dict[str, tuple[Any, Any]]) -> type:
    """An input with these fields, each an annotation and a strawberry field."""
    namespace: dict[str, Any] = {
        "__annotations__": {key: _resolved(annotation) for key, (annotation, _) in fields.items()},
        "__doc__": description,
        "__module__": __name__,
        **{key: field for key, (_, field) in fields.items()},
    }
    return strawberry.input(type(name, (), namespace), description=description)


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


def plain(value: Any) -> Any:
    """An input as the data that its Pydantic model validates; what was not sent is not there."""
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    if not hasattr(type(value), "__strawberry_definition__") or isinstance(value, Enum):
        return value
    return dict(_sent(value))


def _sent(value: Any) -> Iterator[tuple[str, Any]]:
    for field in type(value).__strawberry_definition__.fields:
        sent = getattr(value, field.python_name)
        if sent is not strawberry.UNSET:
            yield field.python_name.rstrip("_"), plain(sent)  # `in_`: Python keeps `in`
