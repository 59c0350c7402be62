"""Placing an order."""

from collections.abc import Sequence

from api.domain.actors import Permission
from api.domain.operations import Key, Kind, operation
from api.domain.orders.commands import PlaceOrder
from api.domain.orders.events import OrderPlaced
from api.domain.orders.pricing import Priced, totals_of_lines
from api.domain.orders.promising import Part, Want, promise
from api.domain.orders.reads import Order
from api.domain.orders.service.draft import DraftLine, draft
from api.domain.orders.service.written import write
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
    order = await write(scope, command, new, lines, totals, parts)
    scope.announce(OrderPlaced(order.id, new.customer_id, command.external_ref))
    return order


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
