"""Relay connections over the domain's pages: the same cursors as REST."""

from collections.abc import Callable, Coroutine, Sequence
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


async def _total_count(root: "Listed"):  # type: ignore[no-untyped-def]  # would hide the field's
    return await root.count()


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    nodes: list[T]
    edges: list[Edge[T]]
    page_info: PageInfo
    total_count: int = strawberry.field(
        resolver=_total_count, description="How many rows there are in all; exact up to 10,000."
    )


class Listed:
    """What a resolver gives for a connection; its cursors are written when they are read."""

    __slots__ = ("_page", "count")

    def __init__(self, page: Page[Any], count: Callable[[], Coroutine[Any, Any, int]]) -> None:
        self._page, self.count = page, count

    @property
    def nodes(self) -> list[Any]:
        return self._page.rows

    @property
    def edges(self) -> list["Place"]:
        cursors = self._page.cursors
        return [Place(row, cursors, number) for number, row in enumerate(self._page.rows)]

    @property
    def page_info(self) -> "Listed":
        return self

    @property
    def has_next_page(self) -> bool:
        return self._page.has_next

    @property
    def has_previous_page(self) -> bool:
        return self._page.has_previous

    @property
    def start_cursor(self) -> str | None:
        return self._page.cursors[0] if self._page.rows else None

    @property
    def end_cursor(self) -> str | None:
        return self._page.cursors[-1] if self._page.rows else None


class Place:
    """What stands for an edge: a row, and its place in the page."""

    __slots__ = ("_cursors", "_number", "node")

    def __init__(self, node: Any, cursors: Sequence[str], number: int) -> None:
        self.node, self._cursors, self._number = node, cursors, number

    @property
    def cursor(self) -> str:
        return self._cursors[self._number]


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
        return Listed(page, lambda: _count(info, operation, chosen))

    resolver.__annotations__ |= {
        "where": input_of(filter) | None,
        "order_by": list[order_of(sort)] | None,  # type: ignore[misc]
        "return": Connection[node] | None,
    }
    return strawberry.field(resolver=resolver, description=operation.function.__doc__)


async def _count(
    info: Info, operation: Operation[Any, Window, Page[Any]], chosen: BaseModel
) -> int:
    page = await info.context.run(operation, chosen, Window(limit=0, count=True))
    return int(page.total_count)
