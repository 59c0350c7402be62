"""The `where` of each list, made of what the domain declares."""

from functools import cache
from typing import Any

import strawberry
from strawberry.types.lazy_type import LazyType

from api.domain.filters.declaring import Fields, Way
from api.domain.filters.kinds import GROUPS, MANY, OPERATORS, Kind
from graphql_schema.inputs import graphql_annotation, make_input, optional

_made: dict[str, type] = {}


class _Later(LazyType[Any, Any]):
    """A filter that may lead back to the one that is being made."""

    def resolve_type(self) -> type[Any]:
        return _made[self.type_name]


def where_of(fields: Fields) -> type:
    """The filter of a list; the filters that its ways lead to are made with it."""
    name = fields.type_name
    if name in _made:
        return _made[name]
    _made[name] = object  # known by name from here on
    own = _Later(name, __name__)
    entries: dict[str, tuple[Any, Any]] = {
        "AND": optional(list[own], GROUPS["AND"]),  # type: ignore[valid-type]
        "OR": optional(list[own], GROUPS["OR"]),  # type: ignore[valid-type]
        "NOT": optional(own, GROUPS["NOT"]),
    }
    for key, part in fields.parts.items():
        if isinstance(part, Way):
            where_of(part.fields())
            there = _Later(part.fields().type_name, __name__)
            entries[key] = optional(_list_of(part.fields().name, there) if part.many else there)
        else:
            entries[key] = optional(_operators(fields.kinds[key]), part_description(part))
    words = "Which rows: all that is said of one must hold of it."
    _made[name] = make_input(name, words, entries)
    return _made[name]


def part_description(part: Any) -> str | None:
    """What a flag says of itself."""
    return getattr(part, "description", None)


@cache
def _list_of(name: str, there: Any) -> type:
    fields = {how: optional(there, words) for how, words in MANY.items()}
    return make_input(
        f"{name}ListFilter", "Things of which some, none or every one is such.", fields
    )


def _operators(kind: Kind) -> type:
    """The operators of a kind; ids of all words share theirs."""
    name = f"{kind.name}Filter"
    if name not in _made:
        value: Any = graphql_annotation(kind.value)
        fields: dict[str, tuple[Any, Any]] = {}
        for operator in kind.operators:
            words = OPERATORS[operator]
            if operator in ("in", "nin"):
                fields[f"{operator}_"] = _named(operator, list[value], words)
            else:
                fields[operator] = optional(bool if operator == "is_null" else value, words)
        _made[name] = make_input(name, "All that is said must hold.", fields)
    return _made[name]


def _named(name: str, annotation: Any, words: str) -> tuple[Any, Any]:
    """A field whose name Python keeps for itself."""
    field = strawberry.field(name=name, default=strawberry.UNSET, description=words)
    return annotation | None, field
