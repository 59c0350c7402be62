"""What was promised and what has left, as both faces send it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from api.domain.fields import Id, Quantity
from api.domain.orders.models import Fulfillment as F
from api.domain.orders.models import FulfillmentLine as FL
from api.domain.orders.models import Order, OrderLine
from api.domain.orders.selection import visible
from api.domain.paging import Listing, Page, SortKey
from api.domain.scope import Scope
from api.domain.stock.models import Allocation as A
from api.domain.stock.models import StockLevel


@dataclass(slots=True)
class Allocation:
    """Stock of one level that is promised to an order line and has not left."""

    id: Id
    line_id: Id
    level_id: Id
    location_id: Id
    quantity: Quantity


@dataclass(slots=True)
class FulfillmentLine:
    """How much of an order line left."""

    line_id: Id
    item_id: Id
    quantity: Quantity


@dataclass(slots=True)
class Fulfillment:
    """What left one location for an order; without a location, what needs no stock."""

    id: Id
    order_id: Id
    location_id: Id | None
    tracking: str | None
    fulfilled_by: Id | None
    fulfilled_at: datetime
    lines: Sequence[FulfillmentLine] = field(default_factory=list)


_FULFILLMENTS = select(*F.__table__.columns).select_from(F).join(Order, Order.id == F.order_id)
_LINE = (FL.order_line_id, OrderLine.item_id, FL.quantity)
_LINES = select(FL.fulfillment_id, *_LINE).join(OrderLine, OrderLine.id == FL.order_line_id)
_WHOLE = (
    _FULFILLMENTS.add_columns(*_LINE)
    .join(FL, FL.fulfillment_id == F.id)
    .join(OrderLine, OrderLine.id == FL.order_line_id)
)
_WIDTH = len(F.__table__.columns)
_ALLOCATIONS = (
    select(A.id, A.order_line_id, A.level_id, StockLevel.location_id, A.quantity)
    .join(StockLevel, StockLevel.id == A.level_id)
    .join(OrderLine, OrderLine.id == A.order_line_id)
    .join(Order, Order.id == OrderLine.order_id)
)


def _fulfillment(row: Row[*tuple[Any, ...]]) -> Fulfillment:
    return Fulfillment(*row[:_WIDTH])


FULFILLMENTS = Listing(
    name="fulfillments",
    statement=_FULFILLMENTS,
    row=_fulfillment,
    id=F.__table__.c.id,
    sortable={"FULFILLED_AT": F.__table__.c.fulfilled_at},
    default=(SortKey("FULFILLED_AT", descending=True),),
)


async def with_lines(scope: Scope, page: Page[Fulfillment]) -> Page[Fulfillment]:
    """The same page, its fulfillments complete; one statement for all of them."""
    ids = [fulfillment.id for fulfillment in page.rows]
    if not ids:
        return page
    lines: defaultdict[Id, list[FulfillmentLine]] = defaultdict(list)
    wanted = _LINES.where(FL.fulfillment_id.in_(ids)).order_by(OrderLine.position)
    for row in await scope.fetch(wanted):
        lines[row[0]].append(FulfillmentLine(*row[1:]))
    for fulfillment in page.rows:
        fulfillment.lines = lines[fulfillment.id]
    return page


async def fulfillments_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, Fulfillment]:
    """The fulfillments that exist and that the caller may see, by id."""
    return {it.id: it for it in await _whole(scope, F.id.in_(ids))}


async def fulfillments_of_orders(
    scope: Scope, order_ids: Sequence[Id]
) -> dict[Id, list[Fulfillment]]:
    """By order, oldest first; orders that the caller may not see have none."""
    found: dict[Id, list[Fulfillment]] = {id: [] for id in order_ids}
    for fulfillment in await _whole(scope, F.order_id.in_(order_ids)):
        found[fulfillment.order_id].append(fulfillment)
    return found


async def _whole(scope: Scope, which: ColumnElement[bool]) -> list[Fulfillment]:
    """Fulfillments with their lines, oldest first, in one statement."""
    wanted = _WHOLE.where(which, visible(scope.actor))
    found: dict[Id, Fulfillment] = {}
    lines: defaultdict[Id, list[FulfillmentLine]] = defaultdict(list)
    for row in await scope.fetch(wanted.order_by(F.fulfilled_at, F.id, OrderLine.position)):
        found.setdefault(row[0], _fulfillment(row))
        lines[row[0]].append(FulfillmentLine(*row[_WIDTH:]))
    for id, fulfillment in found.items():
        fulfillment.lines = lines[id]
    return list(found.values())


async def allocations_of_lines(scope: Scope, line_ids: Sequence[Id]) -> dict[Id, list[Allocation]]:
    """By order line, largest first; lines that the caller may not see have none."""
    mine = (A.order_line_id.in_(line_ids), visible(scope.actor))
    rows = await scope.fetch(_ALLOCATIONS.where(*mine).order_by(A.quantity.desc(), A.id))
    found: dict[Id, list[Allocation]] = {id: [] for id in line_ids}
    for row in rows:
        found[row.order_line_id].append(Allocation(*row))
    return found
