"""Orders as both faces send them, and the statements that read them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from api.domain.errors import NotFound
from api.domain.fields import Currency, Id, Quantity
from api.domain.money import Money
from api.domain.orders.models import Order as O
from api.domain.orders.models import OrderLine as L
from api.domain.orders.models import OrderStatus
from api.domain.orders.selection import named, visible
from api.domain.paging import Listing, Page, SortKey
from api.domain.scope import Scope


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


_ORDERS = select(*O.__table__.columns)
_LINES = select(*L.__table__.columns)
_WHOLE = select(*O.__table__.columns, *L.__table__.columns).join(L, L.order_id == O.id)
_COLUMNS = [column.name for column in O.__table__.columns]
_LINE_COLUMNS = [column.name for column in L.__table__.columns]
_MONEY = ("subtotal", "discount_total", "total")
_LINE_MONEY = ("unit_price", "subtotal", "discount_amount", "total")


def _order(values: Sequence[Any]) -> Order:
    """An order of its table's columns, which have the names of its fields; lines are to come."""
    row = dict(zip(_COLUMNS, values, strict=True))
    return Order(**row | {name: Money.of(row[name], row["currency"]) for name in _MONEY})


def _line(currency: Currency, values: Sequence[Any]) -> OrderLine:
    row = dict(zip(_LINE_COLUMNS, values, strict=True))
    row["discount"] = Decimal(format(row["discount"].normalize(), "f"))
    return OrderLine(**row | {name: Money.of(row[name], currency) for name in _LINE_MONEY})


def _listed(row: Row[*tuple[Any, ...]]) -> Order:
    return _order(row[: len(_COLUMNS)])


ORDERS = Listing(
    name="orders",
    statement=_ORDERS,
    row=_listed,
    id=O.__table__.c.id,
    sortable={
        "PLACED_AT": O.__table__.c.placed_at,
        "NUMBER": O.__table__.c.number,
        "TOTAL": O.__table__.c.total,
    },
    default=(SortKey("PLACED_AT", descending=True),),
)


async def with_lines(scope: Scope, page: Page[Order]) -> Page[Order]:
    """The same page, its orders complete; one statement for all of them."""
    if not page.rows:
        return page
    ids = [order.id for order in page.rows]
    rows = await scope.fetch(_LINES.where(L.order_id.in_(ids)).order_by(L.position))
    of_order: defaultdict[Id, list[Sequence[Any]]] = defaultdict(list)
    for row in rows:
        of_order[row.order_id].append(row)
    for order in page.rows:
        _complete(order, of_order[order.id])
    return page


async def orders_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, Order]:
    """The orders that exist and that the caller may see, by id, with their lines."""
    found = await _whole(scope, O.id.in_(ids))
    return {order.id: order for order in found}


async def order(scope: Scope, ref: Id) -> Order:
    """One order by id or `ref:`, with its lines; one that the caller may not see is not there."""
    found = await _whole(scope, named(scope.actor, ref))
    if not found:
        raise NotFound(f"There is no order {ref}.", ref)
    return found[0]


async def _whole(scope: Scope, which: ColumnElement[bool]) -> list[Order]:
    """Orders with their lines, in one statement."""
    rows = await scope.fetch(_WHOLE.where(which, visible(scope.actor)).order_by(L.position))
    width = len(_COLUMNS)
    of_order: defaultdict[Id, list[Sequence[Any]]] = defaultdict(list)
    for row in rows:
        of_order[row[0]].append(row)
    return [
        _complete(_order(own[0][:width]), [row[width:] for row in own]) for own in of_order.values()
    ]


async def order_id(scope: Scope, ref: Id) -> Id:
    """The id of the order that a reference names; one that the caller may not see is not there."""
    if not ref.startswith("ref:") and not scope.actor.sees_only_own_orders:
        return ref
    rows = await scope.fetch(select(O.id).where(named(scope.actor, ref), visible(scope.actor)))
    if not rows:
        raise NotFound(f"There is no order {ref}.", ref)
    return Id(rows[0].id)


def _complete(order: Order, rows: Sequence[Sequence[Any]]) -> Order:
    """The order with its lines, and with what follows from them."""
    order.lines = [_line(order.currency, row) for row in rows]
    order.fulfillment_status = _progress(order.lines)
    return order


def _progress(lines: Sequence[OrderLine]) -> FulfillmentStatus:
    fulfilled = sum(line.fulfilled for line in lines)
    if fulfilled == 0:
        return FulfillmentStatus.UNFULFILLED
    if fulfilled == sum(line.quantity - line.cancelled for line in lines):
        return FulfillmentStatus.FULFILLED
    return FulfillmentStatus.PARTIAL
