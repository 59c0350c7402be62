"""Of which GraphQL type a value is: a question of its class, asked once for each."""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
)
from strawberry.execution import optimized_is_awaitable

from graphql_schema.engine.outcome import NotPlainError


class Judge:
    """Lets only values pass that are of one object type."""

    def __init__(self, schema: GraphQLSchema, of: GraphQLObjectType) -> None:
        self._of = of
        self._info: Any = _InfoOfTypes(schema)
        self._known: set[type] = set()

    def __call__(self, values: Sequence[Any]) -> None:
        if not self._known.issuperset(map(type, values)):
            for value in values:
                if type(value) not in self._known:
                    self._learn(value)

    def _learn(self, value: Any) -> None:
        _thing(value)
        if self._of.is_type_of and self._of.is_type_of(value, self._info) is not True:
            raise NotPlainError(f"not a {self._of.name}")
        self._known.add(type(value))


class Sorter:
    """Tells the values of an interface or a union apart."""

    def __init__(self, schema: GraphQLSchema, of: GraphQLInterfaceType | GraphQLUnionType) -> None:
        self._of = of
        self._possible = {type_.name for type_ in schema.get_possible_types(of)}
        self._known: dict[type, str] = {}
        self._info: Any = _InfoOfTypes(schema)

    def __call__(self, values: Sequence[Any]) -> dict[str, list[int]]:
        """The places of the values, by the name of their type."""
        places: dict[str, list[int]] = {}
        for place, value in enumerate(values):
            name = self._known.get(type(value)) or self._learn(value)
            places.setdefault(name, []).append(place)
        return places

    def _learn(self, value: Any) -> str:
        _thing(value)
        resolve = self._of.resolve_type
        name = resolve(value, self._info, self._of) if resolve else None
        if not isinstance(name, str) or name not in self._possible:
            raise NotPlainError(f"none of the types of {self._of.name}")
        if not isinstance(value, Mapping):  # which may say of itself what it is
            self._known[type(value)] = name
        return name


class _InfoOfTypes:
    """As much of an info as Strawberry looks at when it resolves a type."""

    field_name = ""
    is_awaitable = staticmethod(optimized_is_awaitable)

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema


def _thing(value: Any) -> None:
    """Refuse what is no object at all."""
    if value is None or value is Undefined or isinstance(value, Exception):
        raise NotPlainError("null or an error where an object must be")
    if optimized_is_awaitable(value):
        raise NotPlainError("an object that is not there yet")
