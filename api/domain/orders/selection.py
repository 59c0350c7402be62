"""Which orders: the caller's row rule, references, and filters, as SQL."""

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from api.domain.actors import Actor
from api.domain.base import matches
from api.domain.catalog.models import Item
from api.domain.customers.models import Customer
from api.domain.fields import Id
from api.domain.orders.commands import FulfillmentFilter, OrderFilter
from api.domain.orders.models import Fulfillment, Order, OrderLine
from api.domain.references import any_case


def visible(actor: Actor) -> ColumnElement[bool]:
    """The caller's row rule: a customer sees its own orders and nobody else's."""
    if not actor.sees_only_own_orders:
        return true()
    if actor.customer_id is None:
        return false()  # a comparison with None would be IS NULL: the orders of nobody
    return Order.customer_id == actor.customer_id


def home(actor: Actor) -> str:
    """The source of a caller who names none; each customer has its own, so that no two meet."""
    return (actor.customer_id or "") if actor.sees_only_own_orders else ""


def named(actor: Actor, ref: Id) -> ColumnElement[bool]:
    """The order of an id, or of a `ref:` in the caller's own source."""
    if ref.startswith("ref:"):
        return and_(Order.source == home(actor), Order.external_ref == ref[4:])
    return Order.id == ref


def which_orders(actor: Actor, filter: OrderFilter) -> list[ColumnElement[bool]]:
    """The filter as SQL, inside the caller's row rule."""
    where = [visible(actor)]
    if filter.q is not None:
        where.append(_found(filter.q))
    if filter.status is not None:
        where.append(Order.status.in_(filter.status))
    if filter.customer_id is not None:
        where.append(Order.customer_id.in_(filter.customer_id))
    if filter.item_id is not None:
        where.append(_with_items(filter.item_id))
    if filter.source is not None:
        where.append(Order.source == filter.source)
    if filter.external_ref is not None:
        where.append(Order.external_ref.in_(filter.external_ref))
    if filter.placed_from is not None:
        where.append(Order.placed_at >= filter.placed_from)
    if filter.placed_to is not None:
        where.append(Order.placed_at < filter.placed_to)
    if filter.is_backordered is not None:
        waiting = _any_line(OrderLine.backordered > 0)
        where.append(waiting if filter.is_backordered else ~waiting)
    return where


def which_fulfillments(actor: Actor, filter: FulfillmentFilter) -> list[ColumnElement[bool]]:
    """The filter as SQL, inside the caller's row rule for the order."""
    where = [visible(actor)]
    if filter.order_id is not None:
        where.append(Fulfillment.order_id.in_(filter.order_id))
    return where


def _found(q: str) -> ColumnElement[bool]:
    name = select(Customer.id).where(Customer.id == Order.customer_id, matches(Customer.name, q))
    either = [matches(Order.external_ref, q), name.exists()]
    if q.isascii() and q.isdigit() and len(q) <= 18:
        either.append(Order.number == int(q))
    return or_(*either)


def _with_items(refs: list[Id]) -> ColumnElement[bool]:
    skus = [ref[4:] for ref in refs if ref.startswith("sku:")]
    ids = [ref for ref in refs if not ref.startswith("sku:")]
    by_sku = select(Item.id).where(any_case(Item.sku, skus))
    return _any_line(or_(OrderLine.item_id.in_(ids), OrderLine.item_id.in_(by_sku)))


def _any_line(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(OrderLine.id).where(OrderLine.order_id == Order.id, condition).exists()
