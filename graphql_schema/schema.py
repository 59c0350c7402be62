"""The whole schema."""

from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.types.execution import ExecutionContext

from graphql_schema.accounts.resolvers import AccountMutations, AccountQueries
from graphql_schema.catalog.resolvers import CatalogMutations, CatalogQueries
from graphql_schema.context import Context
from graphql_schema.customers.resolvers import CustomerMutations, CustomerQueries
from graphql_schema.errors import refusals, top_level, type_of
from graphql_schema.limits import EngineName, LimitedSchema, Limits
from graphql_schema.locations.resolvers import LocationMutations, LocationQueries
from graphql_schema.nodes import NodeQueries
from graphql_schema.orders.resolvers import OrderMutations, OrderQueries
from graphql_schema.scalars import SCALARS
from graphql_schema.stock.resolvers import StockMutations, StockQueries


@strawberry.type(description="What can be read.")
class Query(
    AccountQueries,
    CatalogQueries,
    LocationQueries,
    StockQueries,
    CustomerQueries,
    OrderQueries,
    NodeQueries,
):
    pass


@strawberry.type(description="What can be done.")
class Mutation(
    AccountMutations,
    CatalogMutations,
    LocationMutations,
    StockMutations,
    CustomerMutations,
    OrderMutations,
):
    pass


class StockroomSchema(LimitedSchema):
    """Gives every error its code before it leaves, and masks what only the log may know."""

    def renew(self, context: Any) -> None:
        if isinstance(context, Context):
            context.forget()

    async def charge(self, context: Any, cost: int) -> int | None:
        if not isinstance(context, Context):
            return None
        standing = await context.charge(cost)
        return None if standing is None else standing.remaining

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        scope = getattr(getattr(execution_context, "context", None), "scope", None)
        trace_id = scope.trace_id if scope else ""
        errors[:] = [top_level(error, trace_id) for error in errors]


def make_schema(*, introspection: bool = True, engine: EngineName = "compiled") -> StockroomSchema:
    """The schema, with its limits."""
    return StockroomSchema(
        query=Query,
        mutation=Mutation,
        types=[type_of(error) for error in refusals()],
        limits=Limits(introspection=introspection),
        engine=engine,
        config=StrawberryConfig(scalar_map=SCALARS),
    )
