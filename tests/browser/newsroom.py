"""A schema that has something to subscribe to, behind the real endpoint and the real explorer."""

from collections.abc import AsyncIterator
from typing import Any

import strawberry
from fastapi import FastAPI
from starlette.requests import HTTPConnection
from starlette.responses import Response
from strawberry.types import Info

from api.pages import PageSettings, router
from graphql_schema.limits import LimitedSchema
from graphql_schema.router import make_graphql_router


@strawberry.type
class Query:
    name: str = "newsroom"


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def events(self, info: Info) -> AsyncIterator[str]:
        """Repeats the credentials, which only a test would do."""
        yield f"order.placed for {info.context['connection_params'].get('authorization')}"


async def get_context(connection: HTTPConnection, response: Response) -> dict[str, Any]:
    return {}


def newsroom(pages: PageSettings) -> FastAPI:
    app = FastAPI()
    schema = LimitedSchema(Query, subscription=Subscription)
    app.include_router(make_graphql_router(schema, get_context, path="/graphql"))
    app.include_router(router(pages))
    return app
