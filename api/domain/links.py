"""Every link between rows, declared once: GraphQL's fields and REST's `expand` are made of it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_args

from api.domain.accounts.reads import User
from api.domain.catalog import service as catalog
from api.domain.catalog.reads import Category, Item
from api.domain.customers import service as customers
from api.domain.locations import service as locations
from api.domain.locations.reads import Location
from api.domain.media import service as media
from api.domain.media.reads import ItemImages, Upload
from api.domain.operations import AnyOperation
from api.domain.orders import service as orders
from api.domain.orders.fulfillments import Allocation, Fulfillment, FulfillmentLine
from api.domain.orders.reads import Order, OrderLine
from api.domain.refusals import Kind, StockroomError
from api.domain.stock import service as stock
from api.domain.stock.past import StockAsOf
from api.domain.stock.reads import Posting, StockLevel, StockMovement
from api.domain.stock.reports.rows import LowStock

MAX_BATCH = 1_000
"""How many ids one bulk read is asked for."""
MAX_COST = 5_000
"""How many things one answer may stand for, as far as can be told beforehand."""
LIST_ITEMS = 10
"""The rows that a link to many is taken to lead to."""


@dataclass(eq=False)
class CostLimitExceeded(StockroomError):
    """The answer could hold more than one request may ask for."""

    kind = Kind.BAD_REQUEST
    requested: int = 0
    maximum: int = MAX_COST


@dataclass(frozen=True)
class Link:
    """The way from a row to others: the bulk read that is asked, with which of its fields."""

    bulk: AnyOperation
    key: str = "id"

    @property
    def many(self) -> bool:
        """Whether it gathers rows that belong to this one; otherwise an absent id leads nowhere."""
        return self.bulk.gives_lists

    @cached_property
    def row(self) -> type:
        """The class of what it leads to."""
        found: Any = get_args(self.bulk.hints["return"])[1]
        leads_to: type = get_args(found)[0] if self.many else found
        return leads_to


_ITEM = Link(catalog.items_by_id, "item_id")
_LOCATION = Link(locations.locations_by_id, "location_id")
_LEVEL = Link(stock.stock_levels_by_id, "level_id")

LINKS: dict[type, dict[str, Link]] = {
    Category: {"parent": Link(catalog.categories_by_id, "parent_id")},
    Item: {
        "category": Link(catalog.categories_by_id, "category_id"),
        "stock_levels": Link(stock.levels_of_items),
        "images": Link(media.images_of_items),
    },
    Upload: {"item": _ITEM},
    ItemImages: {"item": _ITEM},
    User: {"avatar": Link(media.avatars_of_users)},
    Location: {"parent": Link(locations.locations_by_id, "parent_id")},
    StockLevel: {"item": _ITEM, "location": _LOCATION},
    StockMovement: {
        "level": _LEVEL,
        "posting": Link(stock.postings_by_id, "posting_id"),
        "item": _ITEM,
        "location": _LOCATION,
    },
    Posting: {"reverses": Link(stock.postings_by_id, "reverses_posting_id")},
    LowStock: {"item": _ITEM},
    StockAsOf: {"level": _LEVEL, "item": _ITEM, "location": _LOCATION},
    Allocation: {"location": _LOCATION},
    OrderLine: {"item": _ITEM, "allocations": Link(orders.allocations_of_lines)},
    FulfillmentLine: {"item": _ITEM},
    Fulfillment: {"order": Link(orders.orders_by_id, "order_id"), "location": _LOCATION},
    Order: {
        "customer": Link(customers.customers_by_id, "customer_id"),
        "fulfillments": Link(orders.fulfillments_of_orders),
    },
}
