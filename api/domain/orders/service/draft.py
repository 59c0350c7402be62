"""An order before it has stock: whose it is, what is on it, and at which prices."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from sqlalchemy import or_, select

from api.domain.actors import Permission
from api.domain.catalog import reads as catalog
from api.domain.catalog.reads import Item
from api.domain.conditions import parameter
from api.domain.customers.models import Customer
from api.domain.errors import Duplicate, Fault, Forbidden, NotFound, ValidationFailed
from api.domain.fields import Currency, Id, new_id
from api.domain.money import Money, MoneyInput
from api.domain.orders.commands import PlaceOrder, PlaceOrderLine
from api.domain.orders.models import Order
from api.domain.orders.selection import home
from api.domain.scope import Scope
from api.domain.selecting import wire
from api.domain.statements import Statement

_CUSTOMER = select(wire(Customer.id)).where(
    or_(
        Customer.id == parameter("id", Customer.id),
        Customer.external_ref == parameter("ref", Customer.external_ref),
    )
)
_TAKEN_BY = select(wire(Order.id)).where(
    Order.source == parameter("source", Order.source),
    Order.external_ref == parameter("external_ref", Order.external_ref),
)
_PARTIES = Statement(select(_CUSTOMER.scalar_subquery(), _TAKEN_BY.scalar_subquery()))


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line at its place among those asked for, with its price."""

    id: Id
    position: int
    asked: PlaceOrderLine
    item: Item
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class Draft:
    """All of an order but its stock."""

    customer_id: Id | None
    source: str
    currency: Currency
    lines: list[DraftLine]


async def draft(scope: Scope, command: PlaceOrder) -> Draft:
    """Resolve every reference and freeze every price, or say all that is wrong with them."""
    if scope.actor.sees_only_own_orders:
        _refuse_what_is_for_staff(scope.actor.customer_id, command)
    source = command.source or home(scope.actor)
    customer_id = await _customer(scope, command, source)
    refs = [line.item_id for line in command.lines]
    items = await catalog.items_by_ref(scope, refs, held=True)
    lines, currency = _priced(command, items)
    return Draft(customer_id, source, currency, lines)


def _refuse_what_is_for_staff(customer_id: Id | None, command: PlaceOrder) -> None:
    permission = Permission.ORDERS_WRITE
    if customer_id is None:
        message = "This login belongs to no customer yet, so it cannot order. Ask the shop."
        raise Forbidden(message, permission)
    if command.customer_id not in (None, customer_id):
        raise Forbidden("You can order for yourself only.", permission)
    if command.source is not None:
        raise Forbidden("Only staff may name a source.", permission)
    priced = any(line.unit_price is not None or line.discount for line in command.lines)
    if priced or command.discount is not None:
        raise Forbidden("Only staff may set prices and discounts.", permission)


async def _customer(scope: Scope, command: PlaceOrder, source: str) -> Id | None:
    """The customer's id; refuses one who is not there, and an external reference in use."""
    ref, external_ref = command.customer_id or scope.actor.customer_id, command.external_ref
    if ref is None and external_ref is None:
        return None
    known = {"ref": ref[4:]} if ref and ref.startswith("ref:") else {"id": ref}
    there = {**known, "source": source, "external_ref": external_ref}
    customer_id, taken_by = (await scope.read(_PARTIES, there))[0]
    if taken_by is not None:
        message = f"The reference {command.external_ref} belongs to {taken_by} already."
        raise Duplicate(message, "external_ref", taken_by)
    if ref is not None and customer_id is None:
        raise NotFound(f"There is no customer {ref}.", ref)
    return cast("Id | None", customer_id)


def _priced(command: PlaceOrder, items: Mapping[Id, Item]) -> tuple[list[DraftLine], Currency]:
    """The lines with their prices, all in one currency."""
    lines: list[DraftLine] = []
    faults: list[Fault] = []
    currency = command.currency
    for n, asked in enumerate(command.lines):
        item = items[asked.item_id]
        price = asked.unit_price or item.price
        if item.archived_at is not None:
            faults.append(_fault(n, "item_id", "archived", f"{item.sku} is not sold any more."))
        elif price is None:
            message = f"{item.sku} has no price, so the order must name one."
            faults.append(_fault(n, "unit_price", "price_missing", message))
        elif price.currency != (currency := currency or price.currency):
            message = f"{item.sku} is priced in {price.currency}, the order in {currency}."
            faults.append(_fault(n, "unit_price", "currency_mismatch", message))
        else:
            lines.append(DraftLine(new_id("line"), n + 1, asked, item, _amount(price)))
    if faults or currency is None:
        raise ValidationFailed("The order cannot be placed like this.", faults)
    return lines, currency


def _amount(price: Money | MoneyInput) -> Decimal:
    return Decimal(price.amount)


def _fault(line: int, field: str, code: str, message: str) -> Fault:
    return Fault(["lines", str(line), field], code, message)
