"""Which orders: the caller's row rule, references, and filters, as SQL."""

from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, bindparam, exists, func, or_, select

from api.domain.actors import Actor, Permission
from api.domain.asking import search
from api.domain.catalog.selection import ITEMS
from api.domain.conditions import Applied, Condition, contains, equals, parameter, within
from api.domain.customers.models import Customer
from api.domain.customers.selection import CUSTOMERS
from api.domain.fields import Id
from api.domain.filters.declaring import Column, Fields, Flag, columns, many, one, unindexed
from api.domain.locations.selection import LOCATIONS
from api.domain.orders.models import Fulfillment, Order, OrderLine
from api.domain.statements import Values

_OWN = equals("own_customer_id", Order.customer_id)
_BY_ID = equals("id", Order.id)
_BY_REF = Condition(
    "ref",
    (Order.source == parameter("home", Order.source))
    & (Order.external_ref == parameter("ref", Order.external_ref)),
    lambda home_and_ref: dict(zip(("home", "ref"), home_and_ref, strict=True)),
)


def visible(actor: Actor) -> list[Applied]:
    """The caller's row rule: a customer sees its own orders and nobody else's, and who is no
    customer yet sees none.
    """
    return [_OWN(actor.customer_id)] if actor.sees_only_own_orders else []


def home(actor: Actor) -> str:
    """The source of a caller who names none; each customer has its own, so that no two meet."""
    return (actor.customer_id or "") if actor.sees_only_own_orders else ""


def named(actor: Actor, ref: Id) -> Applied:
    """The order of an id, or of a `ref:` in the caller's own source."""
    return _BY_REF((home(actor), ref[4:])) if ref.startswith("ref:") else _BY_ID(ref)


def _found() -> Condition:
    """The number, or text in the reference or the customer's name; each has an index, which only a
    list of customers lets PostgreSQL use.
    """
    named = select(Customer.id).where(contains("q", Customer.name).sql).scalar_subquery()
    customers: ColumnElement[Any] = func.array(named, type_=ARRAY(Customer.id.type))
    number = Order.number == bindparam("q_number", type_=BigInteger)
    either = or_(
        contains("q", Order.external_ref).sql, Order.customer_id == any_(customers), number
    )
    return Condition("q", either, _searched)


def _searched(q: str) -> Values:
    number = int(q) if q.isascii() and q.isdigit() and len(q) <= 18 else None
    return {"q": within(q), "q_number": number}


SEARCH = search(
    _found(),
    "The number, or part of the external reference or of the customer's name.",
    needs=Permission.CUSTOMERS_READ,
)
_FEW_VALUES = "It has a handful of values."
_FROZEN = "It is asked for with the item, or the order, of the line."
LINES = Fields.of(
    "OrderLine",
    OrderLine,
    columns("id", "order_id", "item_id"),
    Column("sku", _FROZEN, key=func.lower),
    unindexed(_FROZEN, "name", "quantity", "unit_price", "backordered", "allocated"),
    unindexed(_FROZEN, "fulfilled", "cancelled"),
    one("item", lambda: ITEMS, "item_id", needs=Permission.CATALOG_READ),
)
ORDERS = Fields.of(
    "Order",
    Order,
    columns(
        "id", "number", "status", "customer_id", "source", "external_ref", "placed_at", "total"
    ),
    unindexed(_FEW_VALUES, "currency"),
    Flag(
        "is_backordered",
        lambda it: exists().where(OrderLine.order_id == it.id, OrderLine.backordered > 0),
        "Whether it waits for stock.",
    ),
    one(
        "customer",
        lambda: CUSTOMERS,
        "customer_id",
        needs=Permission.CUSTOMERS_READ,
        flat=("external_ref", "email"),
    ),
    many("lines", lambda: LINES, "order_id", flat=("item_id", "sku")),
)
FULFILLMENTS = Fields.of(
    "Fulfillment",
    Fulfillment,
    columns("id", "order_id", "location_id", "fulfilled_at", "tracking"),
    one("order", lambda: ORDERS, "order_id", flat=("number", "customer_id")),
    one("location", lambda: LOCATIONS, "location_id", needs=Permission.STOCK_READ),
)
