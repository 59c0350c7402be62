"""Relay connections over the domain's pages: the same cursors as REST."""

from collections.abc import Callable, Coroutine
from enum import Enum
from functools import cache
from typing import Any, Generic, TypeVar

import strawberry
from pydantic import BaseModel
from strawberry.types import Info

from api.domain.operations import Operation
from api.domain.paging import Page, SortKey, Window
from graphql_schema.commands import validated
from graphql_schema.inputs import enum_of, input_of, make_input, plain

T = TypeVar("T")


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type(description="A row of a list, with its place in it.")
class Edge(Generic[T]):
    cursor: str
    node: T


async def _total_count(root: "Connection[Any]") -> int:
    return await root.count()


def _edges(root: "Connection[Any]"):  # type: ignore[no-untyped-def]  # would hide the field's
    page = root.page
    return [
        Edge(cursor=cursor, node=row) for cursor, row in zip(page.cursors, page.rows, strict=True)
    ]


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    nodes: list[T]
    edges: list[Edge[T]] = strawberry.field(resolver=_edges)
    page_info: PageInfo
    page: strawberry.Private[Page[Any]]
    count: strawberry.Private[Callable[[], Coroutine[Any, Any, int]]]

    total_count: int = strawberry.field(
        resolver=_total_count, description="How many rows there are in all; exact up to 10,000."
    )


@strawberry.enum(description="Which way a list is sorted.")
class Direction(Enum):
    ASC = "ASC"
    DESC = "DESC"


@cache
def order_of(sort: type[Enum]) -> type:
    """The `orderBy` entry of a list: a field, and which way."""
    name = sort.__name__.removesuffix("Sort") + "Order"
    fields = {
        "field": (enum_of(sort), strawberry.field()),
        "direction": (Direction, strawberry.field(default=Direction.ASC)),
    }
    return make_input(name, "A field to sort by, and which way.", fields)


def connection(
    operation: Operation[Any, Window, Page[Any]],
    node: Any,
    filter: type[BaseModel],
    sort: type[Enum],
) -> Any:
    """The root field of a list."""

    async def resolver(  # the arguments of a connection
        info: Info,
        first: int | None = None,
        last: int | None = None,
        after: str | None = None,
        before: str | None = None,
        where: Any = None,
        order_by: Any = None,
    ) -> Any:
        chosen = validated(filter, plain(where or {}), ["where"])
        keys = [SortKey(key.field.value, key.direction is Direction.DESC) for key in order_by or []]
        window = Window.of(first, last, after, before, keys)
        page = await info.context.run(operation, chosen, window)
        return _connection(page, lambda: _count(info, operation, chosen))

    resolver.__annotations__ |= {
        "where": input_of(filter) | None,
        "order_by": list[order_of(sort)] | None,  # type: ignore[misc]
        "return": Connection[node] | None,
    }
    return strawberry.field(resolver=resolver, description=operation.function.__doc__)


def _connection(page: Page[Any], count: Callable[[], Coroutine[Any, Any, int]]) -> Connection[Any]:
    first, last = (page.cursors[0], page.cursors[-1]) if page.cursors else (None, None)
    info = PageInfo(
        has_next_page=page.has_next,
        has_previous_page=page.has_previous,
        start_cursor=first,
        end_cursor=last,
    )
    return Connection(nodes=page.rows, page_info=info, page=page, count=count)


async def _count(
    info: Info, operation: Operation[Any, Window, Page[Any]], chosen: BaseModel
) -> int:
    page = await info.context.run(operation, chosen, Window(limit=0, count=True))
    return int(page.total_count)
