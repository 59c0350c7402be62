"""The whole schema."""

from functools import cache
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import NameConverter
from strawberry.types.execution import ExecutionContext
from strawberry.utils.str_converters import to_camel_case

from api.domain.fields import Id
from api.domain.trusted.commands import id_of
from graphql_schema.accounts.resolvers import AccountMutations, AccountQueries
from graphql_schema.administration.resolvers import (
    AdministrationMutations,
    AdministrationQueries,
)
from graphql_schema.catalog.resolvers import CatalogMutations, CatalogQueries
from graphql_schema.context import Context
from graphql_schema.customers.resolvers import CustomerMutations, CustomerQueries
from graphql_schema.engine import Reads
from graphql_schema.errors import refusals, top_level, type_of
from graphql_schema.limits import EngineName, LimitedSchema, Limits
from graphql_schema.limits.rules import refuse
from graphql_schema.locations.resolvers import LocationMutations, LocationQueries
from graphql_schema.media.resolvers import MediaMutations, MediaQueries
from graphql_schema.nodes import NodeQueries
from graphql_schema.orders.resolvers import OrderMutations, OrderQueries
from graphql_schema.scalars import SCALARS
from graphql_schema.stock.resolvers import StockMutations, StockQueries
from graphql_schema.trusted.resolvers import TrustedDocumentMutations, TrustedDocumentQueries
from graphql_schema.trusted.texts import Mode, TrustedTexts


@strawberry.type(description="What can be read.")
class Query(
    AccountQueries,
    AdministrationQueries,
    CatalogQueries,
    LocationQueries,
    StockQueries,
    CustomerQueries,
    OrderQueries,
    TrustedDocumentQueries,
    MediaQueries,
    NodeQueries,
):
    pass


@strawberry.type(description="What can be done.")
class Mutation(
    AccountMutations,
    AdministrationMutations,
    CatalogMutations,
    LocationMutations,
    StockMutations,
    CustomerMutations,
    OrderMutations,
    TrustedDocumentMutations,
    MediaMutations,
):
    pass


class StockroomSchema(LimitedSchema):
    """Gives every error its code before it leaves, and masks what only the log may know."""

    def prepare(self, context: Any, reads: Reads) -> None:
        if isinstance(context, Context):
            context.scope.wanted = reads
            context.forget()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.trusted = TrustedTexts("off")

    async def text_of(self, context: Context, document_id: str) -> str:
        if self.trusted.mode == "off":
            return await super().text_of(context, document_id)
        text = await self.trusted.find(context, Id(document_id))
        if text is None:
            raise refuse("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")  # known by clients
        return text

    async def judge(self, context: Context, query: str) -> None:
        here = self.trusted.mode == "only"
        if not here and not (isinstance(context, Context) and context.stored_documents_only):
            return
        if await self.trusted.find(context, id_of(query)) is None:
            where = "here" if here else "for this API key"
            message = f"Only documents that were stored before are executed {where}."
            raise refuse("DOCUMENT_NOT_TRUSTED", message)

    async def charge(self, context: Any, cost: int) -> int | None:
        if not isinstance(context, Context):
            return None
        standing = await context.charge(cost)
        return None if standing is None else standing.remaining

    def payer_of(self, context: Any) -> str:
        return context.payer if isinstance(context, Context) else ""

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        scope = getattr(getattr(execution_context, "context", None), "scope", None)
        trace_id = scope.trace_id if scope else ""
        errors[:] = [top_level(error, trace_id) for error in errors]


class Names(NameConverter):
    """Strawberry's own names: it asks for that of each argument at each call."""

    def apply_naming_config(self, name: str) -> str:
        return _camel_case(name)


_camel_case = cache(to_camel_case)


def make_schema(
    *,
    introspection: bool = True,
    suggestions: bool = False,
    engine: EngineName = "compiled",
    documents: Mode = "prefer",
) -> StockroomSchema:
    """The schema, with its limits."""
    schema = _types().under(Limits(introspection=introspection, suggestions=suggestions), engine)
    schema.trusted = TrustedTexts(documents)
    return schema


@cache
def _types() -> StockroomSchema:
    return StockroomSchema(
        query=Query,
        mutation=Mutation,
        types=[type_of(error) for error in refusals()],
        config=StrawberryConfig(scalar_map=SCALARS, name_converter=Names()),
    )
