"""A corner shop's schema: small, but with every shape the endpoint has to judge."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from enum import Enum
from typing import Any

import strawberry
from fastapi import FastAPI, Response
from graphql import GraphQLError
from starlette.requests import HTTPConnection
from strawberry.extensions import SchemaExtension
from strawberry.scalars import JSON
from strawberry.types import ExecutionContext

from graphql_schema.limits import LimitedSchema, Limits
from graphql_schema.router import make_graphql_router


@strawberry.enum
class Color(Enum):
    CRIMSON = "CRIMSON"


@strawberry.type
class PageInfo:
    has_next_page: bool = False


@strawberry.type
class Item:
    name: str = "Chair"

    @strawberry.field
    def parts(self) -> list["Item"]:
        return [Item(name="Leg")]

    @strawberry.field
    def box(self) -> "Item":
        return self

    @strawberry.field
    def crate(self) -> "Item":
        return self

    @strawberry.field
    def items(self, first: int | None = None, last: int | None = None) -> "ItemConnection":
        return ItemConnection()


@strawberry.type
class ItemEdge:
    cursor: str = "c"

    @strawberry.field
    def node(self) -> Item:
        return Item()


@strawberry.type
class ItemConnection:
    page_info: PageInfo = strawberry.field(default_factory=PageInfo)

    @strawberry.field
    def nodes(self) -> list[Item]:
        return [Item()]

    @strawberry.field
    def edges(self) -> list[ItemEdge]:
        return [ItemEdge()]


@strawberry.type
class Query:
    @strawberry.field
    def item(self) -> Item:
        return Item()

    @strawberry.field
    def items(self, first: int | None = None, last: int | None = None) -> ItemConnection:
        return ItemConnection()

    @strawberry.field
    def newest(self, limit: int = 50) -> list[Item]:
        return [Item()]

    @strawberry.field
    def echo(
        self,
        text: str | None = None,
        whole: int | None = None,
        real: float | None = None,
        any_value: JSON | None = None,
        color: Color | None = None,
    ) -> JSON:
        given: Any = [text, whole, real, any_value]
        return JSON(given)

    @strawberry.field
    def fire(self) -> str | None:
        raise RuntimeError("the shop is on fire")


@strawberry.type
class Mutation:
    @strawberry.mutation
    def rename(self, name: str = "Stool") -> str:
        return name


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def arrivals(self, count: int = 1) -> AsyncIterator[int]:
        for number in range(count):
            yield number
            await asyncio.sleep(0)

    @strawberry.subscription
    async def silence(self) -> AsyncIterator[int]:
        await asyncio.Event().wait()
        yield 0


class Doorman(SchemaExtension):
    """Turns away before anything runs whoever comes with a refusal in hand."""

    def on_execute(self) -> Iterator[None]:
        wanted = (self.execution_context.operation_extensions or {}).get("refuse")
        if wanted == "BUG":
            raise RuntimeError("the doorman fell asleep")
        if wanted:
            raise GraphQLError("Not today.", extensions={"code": wanted})
        yield


class ShopSchema(LimitedSchema):
    """Hides what it did not mean to say."""

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        errors[:] = [
            GraphQLError("Something broke.", path=error.path, extensions={"code": "INTERNAL"})
            if isinstance(error.original_error, RuntimeError)
            else error
            for error in errors
        ]


def make_schema(limits: Limits | None = None) -> LimitedSchema:
    return ShopSchema(Query, Mutation, Subscription, extensions=[Doorman], limits=limits)


async def get_context(connection: HTTPConnection, response: Response) -> dict[str, Any]:
    response.headers["x-aisle"] = "7"
    return {}


def make_app(limits: Limits | None = None) -> FastAPI:
    app = FastAPI()
    router = make_graphql_router(
        make_schema(limits), get_context, path="/graphql", trace_id=lambda: "trace-1"
    )
    app.include_router(router)
    return app
