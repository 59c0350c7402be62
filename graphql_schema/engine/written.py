"""Links whose answers PostgreSQL can write: they lead to rows of which only plain values are
selected, and single rows of the same kind.
"""

import json
from enum import Enum
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
)

from api.domain.json_rows import (
    Constant,
    InJson,
    Led,
    Members,
    Own,
    Room,
    leaf_of,
    words_of,
    written,
)
from api.domain.json_values import Leaf
from api.domain.operations import AnyOperation
from graphql_schema.engine.fields import Attribute, Link, row_of, way_to
from graphql_schema.engine.selections import Selected, Selections

_LEAVES = {
    "ID": {Leaf.ID},
    "String": {Leaf.TEXT},
    "Boolean": {Leaf.FLAG},
    "Int": {Leaf.SMALL},
    "Quantity": {Leaf.SMALL, Leaf.LARGE},
    "DateTime": {Leaf.TIME},
}
"""How PostgreSQL may write a scalar: as the scalar itself renders whatever is in such a column."""


def written_by_database(
    link: Link, definition: GraphQLField, selected: Selected, selections: Selections, room: Room
) -> InJson | None:
    """The bulk read that gives JSON where a link leads, or None where rows must be made."""
    inner: Any = get_nullable_type(definition.type)
    if is_list_type(inner):
        inner = get_nullable_type(inner.of_type)
    elif isinstance(definition.type, GraphQLNonNull):
        return None  # what is not there is not null
    if not is_object_type(inner):
        return None
    members = _members(link.bulk, inner, selected, selections)
    return None if members is None else written(link.bulk, members, room)


def _members(
    bulk: AnyOperation, of: GraphQLObjectType, selected: Selected, selections: Selections
) -> Members | None:
    """What is selected, in order; None where some of it is not plain."""
    if bulk.lookup is None or row_of(of) is None:
        return None
    found: list[tuple[str, Constant | Own | Led]] = []
    for key, below in selections.below(of, selected).items():
        member = _member(bulk, of, below, selections)
        if member is None:
            return None
        found.append((key, member))
    return tuple(found)


def _member(
    bulk: AnyOperation, of: GraphQLObjectType, selected: Selected, selections: Selections
) -> Constant | Own | Led | None:
    name = selected[0].node.name.value
    if name == "__typename":
        return Constant(json.dumps(of.name))
    definition = of.fields[name]
    way, inner = way_to(definition), get_nullable_type(definition.type)
    if isinstance(way, Attribute) and is_leaf_type(inner) and _is_plain(bulk, way.name, inner):
        return Own(way.name)
    if isinstance(way, Link) and definition.type is inner and is_object_type(inner):
        members = _members(way.bulk, inner, selected, selections)
        return None if members is None else Led(way.bulk, way.key, members)
    return None


def _is_plain(bulk: AnyOperation, field: str, type_: Any) -> bool:
    leaf = leaf_of(bulk, field)
    if isinstance(type_, GraphQLEnumType):
        return leaf is Leaf.WORD and _is_named(words_of(bulk, field), type_)
    return leaf in _LEAVES.get(type_.name, ())


def _is_named(words: type[Enum], type_: GraphQLEnumType) -> bool:
    """Whether both call its members the same."""
    return all(type_.coerce_output_value(word) == word.name for word in words)
