"""Orders as both faces send them, and the statements that read them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import select

from api.domain.asking import Asking
from api.domain.conditions import Applied, one_of
from api.domain.errors import NotFound
from api.domain.fields import Currency, Id, Quantity
from api.domain.money import Money
from api.domain.orders.models import Order as O
from api.domain.orders.models import OrderLine as L
from api.domain.orders.models import OrderStatus
from api.domain.orders.selection import ORDERS as FIELDS
from api.domain.orders.selection import SEARCH, named, visible
from api.domain.paging import Listing, Page, SortKey
from api.domain.scope import Scope
from api.domain.selecting import Priced, Source, Whole


class FulfillmentStatus(StrEnum):
    """How much of an order has left; what was cancelled is not waited for."""

    UNFULFILLED = "UNFULFILLED"
    PARTIAL = "PARTIAL"
    FULFILLED = "FULFILLED"


@dataclass(slots=True)
class OrderLine:
    """A quantity of one item in an order, under the price and name of the day it was placed."""

    id: Id
    order_id: Id
    position: int
    item_id: Id
    sku: str
    name: str
    track_stock: bool
    quantity: Quantity
    unit_price: Money
    discount: Decimal
    subtotal: Money
    discount_amount: Money
    total: Money
    allocated: Quantity
    fulfilled: Quantity
    cancelled: Quantity
    backordered: Quantity


@dataclass(slots=True)
class Order:
    """What a customer asked for, and how far it is."""

    id: Id
    number: int
    source: str
    external_ref: str | None
    customer_id: Id | None
    status: OrderStatus
    currency: Currency
    note: str | None
    subtotal: Money
    discount_total: Money
    total: Money
    placed_by: Id | None
    placed_at: datetime
    completed_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str | None
    version: int
    fulfillment_status: FulfillmentStatus = FulfillmentStatus.UNFULFILLED
    lines: Sequence[OrderLine] = field(default_factory=list)


@dataclass(slots=True)
class Named:
    """Which order it is, and no more."""

    id: Id


ORDER = Source(
    Order,
    O,
    subtotal=Priced(O.subtotal, O.currency),
    discount_total=Priced(O.discount_total, O.currency),
    total=Priced(O.total, O.currency),
)
LINE = Source(
    OrderLine,
    L,
    select().select_from(L).join(O, O.id == L.order_id),
    unit_price=Priced(L.unit_price, O.currency),
    subtotal=Priced(L.subtotal, O.currency),
    discount_amount=Priced(L.discount_amount, O.currency),
    total=Priced(L.total, O.currency),
)
_WHOLE = Whole(ORDER, LINE, lambda orders: orders.join(L, L.order_id == O.id), (L.position,))
_BY_ID = one_of("ids", O.id)
_LINES_BY_ORDER = one_of("order_ids", L.order_id)
_ITS_ID = Source(Named, O)

ORDERS = Listing(
    name="orders",
    source=ORDER,
    id=O.id,
    asking=Asking(FIELDS, (SEARCH,)),
    sortable={"PLACED_AT": O.placed_at, "NUMBER": O.number, "TOTAL": O.total},
    default=(SortKey("PLACED_AT", descending=True),),
)


async def with_lines(scope: Scope, page: Page[Order]) -> Page[Order]:
    """The same page, its orders complete; one statement for all of them."""
    if not page.rows:
        return page
    wanted = _LINES_BY_ORDER([order.id for order in page.rows])
    of_order: defaultdict[Id, list[OrderLine]] = defaultdict(list)
    for line in await LINE.rows(scope, wanted, order_by=(L.position,)):
        of_order[line.order_id].append(line)
    for order in page.rows:
        _complete(order, of_order[order.id])
    return page


async def orders_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, Order]:
    """The orders that exist and that the caller may see, by id, with their lines."""
    return {order.id: order for order in await _whole(scope, _BY_ID(ids))}


async def order(scope: Scope, ref: Id) -> Order:
    """One order by id or `ref:`, with its lines; one that the caller may not see is not there."""
    found = await _whole(scope, named(scope.actor, ref))
    if not found:
        raise NotFound(f"There is no order {ref}.", ref)
    return found[0]


async def _whole(scope: Scope, which: Applied) -> list[Order]:
    found = await _WHOLE.rows(scope, which, *visible(scope.actor))
    return [_complete(order, lines) for order, lines in found]


async def order_id(scope: Scope, ref: Id) -> Id:
    """The id of the order that a reference names; one that the caller may not see is not there."""
    if not ref.startswith("ref:") and not scope.actor.sees_only_own_orders:
        return ref
    found = await _ITS_ID.rows(scope, named(scope.actor, ref), *visible(scope.actor))
    if not found:
        raise NotFound(f"There is no order {ref}.", ref)
    return found[0].id


def _complete(order: Order, lines: list[OrderLine]) -> Order:
    """The order with its lines, and with what follows from them."""
    order.lines, order.fulfillment_status = lines, progress(lines)
    return order


def progress(lines: Sequence[OrderLine]) -> FulfillmentStatus:
    """How much of these lines has left."""
    fulfilled = sum(line.fulfilled for line in lines)
    if fulfilled == 0:
        return FulfillmentStatus.UNFULFILLED
    if fulfilled == sum(line.quantity - line.cancelled for line in lines):
        return FulfillmentStatus.FULFILLED
    return FulfillmentStatus.PARTIAL
