"""Placing an order."""

from collections.abc import Sequence

from sqlalchemy import insert

from api.domain.actors import Permission
from api.domain.fields import Id, new_id
from api.domain.operations import Key, Kind, operation
from api.domain.orders import models, reads
from api.domain.orders.commands import PlaceOrder
from api.domain.orders.events import OrderPlaced
from api.domain.orders.pricing import Priced, Totals, totals_of_lines
from api.domain.orders.promising import Part, Want, book, promise, sums
from api.domain.orders.reads import Order
from api.domain.orders.service.draft import Draft, DraftLine, draft
from api.domain.scope import Scope
from api.domain.sqlstates import unique

unique("uq_orders_source_external_ref", "external_ref", "Another order has this reference.")


@operation(Kind.COMMAND, Permission.ORDERS_PLACE, key=Key.REQUIRED)
async def place_order(scope: Scope, command: PlaceOrder) -> Order:
    """Freeze the prices and promise stock to every line, or leave nothing behind."""
    new = await draft(scope, command)
    lines, parts = await _promise(scope, new.lines, command.allow_partial)
    priced = [Priced(n, line.unit_price, line.asked.discount) for line, n in lines]
    totals = totals_of_lines(priced, command.discount, new.currency)
    order = _order(scope, command, new, Totals.of(totals))
    scope.session.add(order)
    await scope.session.flush()
    await _insert_lines(scope, order.id, lines, totals, parts)
    await book(scope, order.id, parts)
    scope.announce(OrderPlaced(order.id, new.customer_id, command.external_ref))
    return await reads.order(scope, order.id)


async def _promise(
    scope: Scope, lines: Sequence[DraftLine], allow_partial: bool
) -> tuple[list[tuple[DraftLine, int]], list[Part]]:
    """The lines with the quantities they get, and the stock behind them."""
    stocked = [
        Want(line.id, line.item.id, line.asked.quantity) for line in lines if line.item.track_stock
    ]
    items = {line.item.id: line.item for line in lines}
    others = len(stocked) < len(lines)
    accepted, parts = await promise(scope, items, stocked, allow_partial, others)
    quantities = {want.line_id: want.quantity for want in accepted}
    quantities |= {line.id: line.asked.quantity for line in lines if not line.item.track_stock}
    return [(line, quantities[line.id]) for line in lines if line.id in quantities], parts


def _order(scope: Scope, command: PlaceOrder, new: Draft, sums: Totals) -> models.Order:
    return models.Order(
        id=new_id("order"),
        source=new.source,
        external_ref=command.external_ref,
        customer_id=new.customer_id,
        status=models.OrderStatus.PLACED,
        currency=new.currency,
        note=command.note,
        subtotal=sums.subtotal,
        discount_total=sums.discount,
        total=sums.total,
        placed_by=scope.actor.user_id,
    )


async def _insert_lines(
    scope: Scope,
    order_id: Id,
    lines: Sequence[tuple[DraftLine, int]],
    totals: Sequence[Totals],
    parts: Sequence[Part],
) -> None:
    allocated = sums((part.line_id, part.quantity) for part in parts)
    rows = [
        {
            "id": line.id,
            "order_id": order_id,
            "position": line.position,
            "item_id": line.item.id,
            "sku": line.item.sku,
            "name": line.item.name,
            "track_stock": line.item.track_stock,
            "quantity": quantity,
            "unit_price": line.unit_price,
            "discount": line.asked.discount,
            "subtotal": sums.subtotal,
            "discount_amount": sums.discount,
            "total": sums.total,
            "allocated": allocated.get(line.id, 0),
        }
        for (line, quantity), sums in zip(lines, totals, strict=True)
    ]
    await scope.session.execute(insert(models.OrderLine), rows)
