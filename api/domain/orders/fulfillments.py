"""What was promised and what has left, as both faces send it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from api.domain.asking import Asking
from api.domain.conditions import Applied, one_of
from api.domain.fields import Id, Quantity
from api.domain.orders.models import Fulfillment as F
from api.domain.orders.models import FulfillmentLine as FL
from api.domain.orders.models import Order, OrderLine
from api.domain.orders.selection import FULFILLMENTS as FIELDS
from api.domain.orders.selection import visible
from api.domain.paging import Listing, Page, SortKey
from api.domain.scope import Scope
from api.domain.selecting import Source, Whole
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


FULFILLMENT = Source(Fulfillment, F, select().select_from(F).join(Order, Order.id == F.order_id))
LINE = Source(
    FulfillmentLine,
    FL,
    select().select_from(FL).join(OrderLine, OrderLine.id == FL.order_line_id),
    line_id=FL.order_line_id,
    item_id=OrderLine.item_id,
)
ALLOCATION = Source(
    Allocation,
    A,
    select()
    .select_from(A)
    .join(StockLevel, StockLevel.id == A.level_id)
    .join(OrderLine, OrderLine.id == A.order_line_id)
    .join(Order, Order.id == OrderLine.order_id),
    line_id=A.order_line_id,
    location_id=StockLevel.location_id,
)
_WHOLE = Whole(
    FULFILLMENT,
    LINE,
    lambda fulfillments: fulfillments.join(FL, FL.fulfillment_id == F.id).join(
        OrderLine, OrderLine.id == FL.order_line_id
    ),
    (F.fulfilled_at, F.id, OrderLine.position),
)
_BY_ID = one_of("ids", F.id)
_BY_ORDER = one_of("order_ids", F.order_id)
_ALLOCATIONS_BY_LINE = one_of("line_ids", A.order_line_id)
_LARGEST_FIRST = (A.quantity.desc(), A.id)

FULFILLMENTS = Listing(
    name="fulfillments",
    source=FULFILLMENT,
    id=F.id,
    asking=Asking(FIELDS),
    sortable={"FULFILLED_AT": F.fulfilled_at},
    default=(SortKey("FULFILLED_AT", descending=True),),
)


async def with_lines(scope: Scope, page: Page[Fulfillment]) -> Page[Fulfillment]:
    """The same page, its fulfillments complete; one statement for all of them."""
    ids = [fulfillment.id for fulfillment in page.rows]
    if ids:
        whole = {it.id: it for it in await _complete(scope, _BY_ID(ids))}
        page.rows = [whole.get(it.id, it) for it in page.rows]
    return page


async def fulfillments_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, Fulfillment]:
    """The fulfillments that exist and that the caller may see, by id."""
    return {it.id: it for it in await _complete(scope, _BY_ID(ids))}


async def fulfillments_of_orders(
    scope: Scope, order_ids: Sequence[Id]
) -> dict[Id, list[Fulfillment]]:
    """By order, oldest first; orders that the caller may not see have none."""
    found: dict[Id, list[Fulfillment]] = {id: [] for id in order_ids}
    for fulfillment in await _complete(scope, _BY_ORDER(order_ids)):
        found[fulfillment.order_id].append(fulfillment)
    return found


async def _complete(scope: Scope, which: Applied) -> list[Fulfillment]:
    """Fulfillments with their lines, oldest first, in one statement."""
    found = await _WHOLE.rows(scope, which, *visible(scope.actor))
    for fulfillment, lines in found:
        fulfillment.lines = lines
    return [fulfillment for fulfillment, _ in found]


async def allocations_of_lines(scope: Scope, line_ids: Sequence[Id]) -> dict[Id, list[Allocation]]:
    """By order line, largest first; lines that the caller may not see have none."""
    mine = (_ALLOCATIONS_BY_LINE(line_ids), *visible(scope.actor))
    found: dict[Id, list[Allocation]] = {id: [] for id in line_ids}
    for row in await ALLOCATION.rows(scope, *mine, order_by=_LARGEST_FIRST):
        found[row.line_id].append(row)
    return found
