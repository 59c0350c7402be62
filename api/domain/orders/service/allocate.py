"""Promising stock to what an order waits for."""

from sqlalchemy import bindparam, update

from api.domain.actors import Permission
from api.domain.fields import Id, OrderRef
from api.domain.operations import Kind, operation
from api.domain.orders import reads
from api.domain.orders.models import OrderLine
from api.domain.orders.promising import Want, book, share_out, sums
from api.domain.orders.reads import Order
from api.domain.orders.service.opened import lock_open, open_lines
from api.domain.scope import Scope
from api.domain.stock import ledger


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
        await book(scope, order.id, parts)
        promised = sums((part.line_id, part.quantity) for part in parts)
        await _count(scope, promised)
    return await reads.order(scope, order.id)


async def _count(scope: Scope, promised: dict[Id, int]) -> None:
    if not promised:
        return
    more = OrderLine.allocated + bindparam("promised")
    counted = update(OrderLine).where(OrderLine.id == bindparam("line")).values(allocated=more)
    rows = [{"line": id, "promised": quantity} for id, quantity in promised.items()]
    await (await scope.session.connection()).execute(counted, rows)
