"""Which orders: the caller's row rule, references, and filters, as SQL."""

from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, bindparam, func, or_, select

from api.domain.actors import Actor
from api.domain.catalog.models import Item
from api.domain.conditions import (
    Applied,
    Condition,
    Flag,
    before,
    chosen,
    conditions,
    contains,
    equals,
    lowered,
    one_of,
    parameter,
    since,
    within,
)
from api.domain.customers.models import Customer
from api.domain.fields import Id
from api.domain.orders.commands import FulfillmentFilter, OrderFilter
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


def which_orders(actor: Actor, filter: OrderFilter) -> list[Applied]:
    """The filter, inside the caller's row rule."""
    return [*visible(actor), *chosen(filter, _WHICH_ORDERS)]


def which_fulfillments(actor: Actor, filter: FulfillmentFilter) -> list[Applied]:
    """The filter, inside the caller's row rule for the order."""
    return [*visible(actor), *chosen(filter, _WHICH_FULFILLMENTS)]


def _any_line(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(OrderLine.id).where(OrderLine.order_id == Order.id, condition).exists()


def _found() -> Condition:
    name = contains("q", Customer.name).sql
    of_customer = select(Customer.id).where(Customer.id == Order.customer_id, name).exists()
    number = Order.number == bindparam("q_number", type_=BigInteger)
    either = or_(contains("q", Order.external_ref).sql, of_customer, number)
    return Condition("q", either, _searched)


def _searched(q: str) -> Values:
    number = int(q) if q.isascii() and q.isdigit() and len(q) <= 18 else None
    return {"q": within(q), "q_number": number}


def _with_items() -> Condition:
    ids = bindparam("item_ids", type_=ARRAY(OrderLine.item_id.type))
    by_sku = select(Item.id).where(func.lower(Item.sku) == any_(lowered("item_skus")))
    either = or_(OrderLine.item_id == any_(ids), OrderLine.item_id.in_(by_sku))
    return Condition("item_id", _any_line(either), _by_kind)


def _by_kind(refs: list[Id]) -> dict[str, Any]:
    return {
        "item_ids": [ref for ref in refs if not ref.startswith("sku:")],
        "item_skus": [ref[4:] for ref in refs if ref.startswith("sku:")],
    }


_WHICH_ORDERS = conditions(
    _found(),
    one_of("status", Order.status),
    one_of("customer_id", Order.customer_id),
    _with_items(),
    equals("source", Order.source),
    one_of("external_ref", Order.external_ref),
    since("placed_from", Order.placed_at),
    before("placed_to", Order.placed_at),
    Flag("is_backordered", _any_line(OrderLine.backordered > 0)),
)
_WHICH_FULFILLMENTS = conditions(one_of("order_id", Fulfillment.order_id))
