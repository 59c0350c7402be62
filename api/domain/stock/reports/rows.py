"""A report as both faces send it."""

from dataclasses import dataclass
from datetime import datetime

from api.domain.fields import Id, Quantity
from api.domain.money import Money


@dataclass(slots=True)
class StockValue:
    """What is on hand of a location, a category or an item, in one currency, and what it would sell
    for; no value where the items have no price, no id where they have no category.
    """

    id: Id | None
    name: str | None
    quantity: Quantity
    value: Money | None


@dataclass(slots=True)
class LowStock:
    """An item that is sold, of which little is left to sell."""

    item_id: Id
    sku: str
    name: str
    available: Quantity
    on_hand: Quantity


@dataclass(slots=True)
class MovementsOfDay:
    """What came and went on one day, as `2026-11-22`; moves between buckets come to nothing."""

    day: str
    postings: Quantity
    received: Quantity
    removed: Quantity


@dataclass(slots=True)
class Report:
    """The rows of the report that was asked for; of the others there are none."""

    made_at: datetime
    has_more: bool
    stock_valuation: list[StockValue]
    low_stock: list[LowStock]
    movements_by_day: list[MovementsOfDay]
