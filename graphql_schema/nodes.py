"""`node` and `nodes`: anything with an id, found again by the word in it."""

import asyncio
from typing import Any, cast

import strawberry
from strawberry.types import Info

from api.domain.accounts import service as accounts
from api.domain.catalog import service as catalog
from api.domain.customers import service as customers
from api.domain.errors import ValidationFailed
from api.domain.fields import Id, PublicIdRule
from api.domain.locations import service as locations
from api.domain.media import service as media
from api.domain.operations import AnyOperation
from api.domain.orders import service as orders
from api.domain.stock import service as stock
from graphql_schema.outputs import Node

MAX_NODES = 100
BULK: dict[str, AnyOperation] = {
    "category": catalog.categories_by_id,
    "customer": customers.customers_by_id,
    "fulfillment": orders.fulfillments_by_id,
    "item": catalog.items_by_id,
    "level": stock.stock_levels_by_id,
    "location": locations.locations_by_id,
    "order": orders.orders_by_id,
    "posting": stock.postings_by_id,
    "upload": media.uploads_by_id,
    "user": accounts.users_by_id,
}


async def _find(info: Info, id: str) -> Any:
    word = id.partition("_")[0]
    if word not in BULK:
        return None
    try:
        PublicIdRule(word)(id)
    except ValueError:
        return None
    return await info.context.loaders.follow(BULK[word], id)


async def node(info: Info, id: Id) -> Node | None:
    """The thing with this id; null when there is none."""
    return cast("Node | None", await _find(info, id))


async def nodes(info: Info, ids: list[Id]) -> list[Node | None] | None:
    """The things with these ids, in their order."""
    if len(ids) > MAX_NODES:
        raise ValidationFailed.at(["ids"], "out_of_range", f"Ask for {MAX_NODES} nodes at most.")
    return list(await asyncio.gather(*(_find(info, id) for id in ids)))


@strawberry.type
class NodeQueries:
    node: Node | None = strawberry.field(resolver=node, description=node.__doc__)
    nodes: list[Node | None] | None = strawberry.field(resolver=nodes, description=nodes.__doc__)
