"""Promising stock to what an order waits for."""

from api.domain.actors import Permission
from api.domain.fields import OrderRef
from api.domain.operations import Kind, operation
from api.domain.orders import reads
from api.domain.orders.promising import Want, allocating, book, share_out
from api.domain.orders.reads import Order
from api.domain.orders.service.opened import lock_open, open_lines
from api.domain.scope import Scope
from api.domain.stock import ledger

_COUNTED = allocating(
    """
    counted AS (
        UPDATE order_lines SET allocated = allocated + promised.quantity
        FROM (
            SELECT part.line_id, sum(part.quantity) AS quantity
            FROM unnest(:part_line_id, :part_quantity) AS part (line_id, quantity)
            GROUP BY part.line_id
        ) AS promised
        WHERE id = promised.line_id
    ),
    """,
    "SELECT FROM posting",
    (),
)


@operation(Kind.COMMAND, Permission.ORDERS_WRITE)
async def allocate_order(scope: Scope, order_id: OrderRef) -> Order:
    """Promise what has come in to the lines that wait for it, as far as it goes."""
    order = await lock_open(scope, order_id, "allocated")
    lines = await open_lines(scope, order.id)
    wants = [
        Want(line.id, line.item_id, line.backordered) for line in lines.values() if line.backordered
    ]
    if wants:
        items = sorted({want.item_id for want in wants})
        parts = share_out(wants, await ledger.lock_levels_of_items(scope, items))
        if parts:
            await book(scope, order.id, parts, _COUNTED, {})
    return await reads.order(scope, order.id)
