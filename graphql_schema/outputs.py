"""Types made of the domain's rows: a row's class is inherited, only links are added."""

import dataclasses
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin

import strawberry
from pydantic.fields import FieldInfo
from strawberry.types import Info

from api.domain.fields import Id
from api.domain.links import LINKS, Link
from graphql_schema.inputs import graphql_annotation

T = TypeVar("T")
_FROM_THE_TABLE = object()


@strawberry.interface(description="A thing with an id, which `node` finds again.")
class Node:
    id: Id


def output(cls: type[T]) -> type[T]:
    """A GraphQL type over the row class that it inherits from; resolvers give the rows."""
    row = next(
        base for base in cls.__mro__[1:] if dataclasses.is_dataclass(base) and base is not Node
    )
    _follow_links(cls, row)
    for annotation in row.__annotations__.values():
        graphql_annotation(annotation)  # its enums must be known before Strawberry meets them
    cls.is_type_of = classmethod(lambda _, value, info: isinstance(value, row))  # type: ignore[attr-defined]
    cls.row = row  # type: ignore[attr-defined]
    made = strawberry.type(cls, description=(cls.__doc__ or row.__doc__ or "").strip())
    for field in made.__strawberry_definition__.fields:  # type: ignore[attr-defined]
        field.description = field.description or _description(row, field.python_name)
    return made


def _description(row: type, name: str) -> str | None:
    annotation = row.__annotations__.get(name)
    if get_origin(annotation) is not Annotated:
        return None
    infos = [info for info in get_args(annotation) if isinstance(info, FieldInfo)]
    return infos[0].description if infos else None


@cache
def output_of(row: type) -> Any:
    """The GraphQL type of a row class that has no links."""
    return output(type(row.__name__, (row,), {"__module__": row.__module__}))


def link() -> Any:
    """A field that follows the row's link of the same name; what it may lead to, its type says."""
    return _FROM_THE_TABLE


def _follow_links(cls: type, row: type) -> None:
    """Make fields of the links; a type has every link of its row, and no other."""
    declared = [name for name, value in vars(cls).items() if value is _FROM_THE_TABLE]
    known = LINKS.get(row, {})
    if set(declared) != known.keys():
        raise TypeError(f"{cls.__name__} has the links {declared}, its row {list(known)}.")
    for name in declared:
        setattr(cls, name, _loaded(known[name]))


def _loaded(link: Link) -> Any:
    bulk, key = link.bulk, link.key

    def resolver(root: Any, info: Info):  # type: ignore[no-untyped-def]  # would hide the field's
        value = getattr(root, key)
        return None if value is None else info.context.loaders.follow(bulk, value)

    return strawberry.field(resolver=resolver, metadata={"bulk": bulk, "key": key})
