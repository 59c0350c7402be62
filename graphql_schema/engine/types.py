"""What is known of the schema's types, for all plans."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from graphql import (
    GraphQLInterfaceType,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
)

from graphql_schema.engine.kinds import Judge, Sorter
from graphql_schema.engine.leaves import Leaf

T = TypeVar("T")


class Types:
    """The judges, sorters and leaves of one schema, each made when first asked for."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self._made: dict[str, Any] = {}

    def judge(self, of: GraphQLObjectType) -> Judge:
        """Who lets only values of this type pass."""
        return self._once(of.name, lambda: Judge(self.schema, of))

    def sorter(self, of: GraphQLInterfaceType | GraphQLUnionType) -> Sorter:
        """Who tells the values of this type apart."""
        return self._once(of.name, lambda: Sorter(self.schema, of))

    def leaf(self, of: GraphQLLeafType) -> Leaf:
        """How values of this type are rendered."""
        return self._once(of.name, lambda: Leaf.of(of))

    def _once(self, name: str, make: Callable[[], T]) -> T:
        if name not in self._made:
            self._made[name] = make()
        return cast("T", self._made[name])
