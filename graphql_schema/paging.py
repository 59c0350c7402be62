"""Relay connections over the domain's pages: the same cursors as REST."""

from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import replace
from enum import Enum
from functools import cache
from inspect import Parameter, Signature
from typing import Annotated, Any, Generic, TypeVar

import strawberry
from strawberry.types import Info
from strawberry.utils.str_converters import to_camel_case

from api.domain.asking import Argument, Asking, Which
from api.domain.deprecations import DEPRECATED, Deprecation
from api.domain.errors import Fault, ValidationFailed
from api.domain.operations import Operation
from api.domain.paging import Count, CountMode, Listing, Page, SortKey, Window
from graphql_schema.describing import described
from graphql_schema.filtering import where_of
from graphql_schema.inputs import enum_of, graphql_annotation, make_input

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


@strawberry.enum(
    description="How rows are counted: one by one up to 10,000, or as PostgreSQL expects."
)
class TotalMode(Enum):
    EXACT = "EXACT"
    ESTIMATED = "ESTIMATED"


async def _total_count(  # type: ignore[no-untyped-def]  # would hide the field's
    root: "Listed", mode: TotalMode = TotalMode.EXACT
):
    return (await root.count(CountMode[mode.value])).total


async def _is_capped(root: "Listed"):  # type: ignore[no-untyped-def]  # would hide the field's
    return (await root.count(CountMode.EXACT)).is_capped


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    nodes: list[T]
    edges: list[Edge[T]]
    page_info: PageInfo
    total_count: int = strawberry.field(
        resolver=_total_count, description="How many rows there are in all; exact up to 10,000."
    )
    is_capped: bool = strawberry.field(
        resolver=_is_capped, description="Whether there are more than 10,000 rows."
    )


class Listed:
    """What a resolver gives for a connection; its cursors are written when they are read."""

    __slots__ = ("_count", "_counted", "_page")

    def __init__(
        self, page: Page[Any], count: Callable[[CountMode], Coroutine[Any, Any, Count]]
    ) -> None:
        self._page, self._count = page, count
        self._counted: dict[CountMode, Count] = {}

    async def count(self, mode: CountMode) -> Count:
        """How many rows there are, counted once."""
        if mode not in self._counted:
            self._counted[mode] = await self._count(mode)
        return self._counted[mode]

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


def connection(operation: Operation[Which, Window, Page[Any]], node: Any) -> Any:
    """The root field of a list."""
    listing = operation.listing
    if listing is None:
        raise TypeError(f"{operation.name} gives no list.")

    former = DEPRECATED.get(operation.name, ())

    async def resolver(info: Info, **sent: Any) -> Any:
        sizes = {name: sent.pop(name, None) for name in ("first", "last", "after", "before")}
        order = sent.pop("order_by", None) or ()
        keys = [SortKey(it["field"].value, it["direction"] is Direction.DESC) for it in order]
        sent = _renamed(former, sent)
        which = _which(listing.asking, sent)
        page = await info.context.run(operation, which, _window(sizes, keys))
        return Listed(page, lambda mode: _count(info, operation, which, mode))

    takes = [
        Parameter("info", Parameter.KEYWORD_ONLY, annotation=Info),
        *_arguments(listing, former),
    ]
    resolver.__signature__ = Signature(takes, return_annotation=Connection[node] | None)  # type: ignore[attr-defined]
    return strawberry.field(resolver=resolver, description=described(operation))


def _window(sizes: dict[str, Any], keys: list[SortKey]) -> Window:
    """The part of the list that is asked for; faults are told by the names that GraphQL has."""
    try:
        return Window.of(**sizes, order_by=keys)
    except ValidationFailed as refused:
        faults = [_camel(fault) for fault in refused.errors]
        raise ValidationFailed(refused.message, faults) from None


def _which(asking: Asking, sent: dict[str, Any]) -> Which:
    """The rows that are asked for; faults are told by the names that GraphQL has."""
    try:
        return asking.which(sent)
    except ValidationFailed as refused:
        raise ValidationFailed.of([_camel(fault) for fault in refused.errors]) from None


def _camel(fault: Fault) -> Fault:
    return Fault([to_camel_case(step) for step in fault.path], fault.code, fault.message)


def _renamed(former: Sequence[Deprecation], sent: dict[str, Any]) -> dict[str, Any]:
    """What was sent under an old name, under the one that it has now."""
    for it in former:
        value = sent.pop(it.name, None)
        if value is None:
            continue
        if sent.get(it.instead) is not None:
            raise ValidationFailed.at([it.name], "contradiction", it.reason)
        sent[it.instead] = value
    return sent


def _arguments(listing: Listing[Any], former: Sequence[Deprecation]) -> Iterator[Parameter]:
    """What a list takes; Strawberry reads it off the resolver's signature."""
    taken: dict[str, Any] = {
        "first": int,
        "last": int,
        "after": str,
        "before": str,
        "where": where_of(listing.asking.fields),
        "order_by": list[order_of(listing.sort)],  # type: ignore[misc]
    }
    for name, annotation in taken.items():
        yield Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=annotation | None)
    known = {argument.name: argument for argument in listing.asking.arguments}
    yield from map(_argument, known.values())
    for it in former:
        yield _argument(replace(known[it.instead], name=it.name), it.reason)


def _argument(argument: Argument, gone: str | None = None) -> Parameter:
    taken: Any = graphql_annotation(argument.type)
    default: Any = Parameter.empty
    if not argument.required:
        taken, default = taken | None, None
    told = strawberry.argument(description=argument.description, deprecation_reason=gone)
    described: Any = Annotated[taken, told]
    return Parameter(argument.name, Parameter.KEYWORD_ONLY, default=default, annotation=described)


async def _count(
    info: Info, operation: Operation[Which, Window, Page[Any]], which: Which, mode: CountMode
) -> Count:
    page = await info.context.run(operation, which, Window(limit=0, count=mode))
    return page.count or Count(0)
