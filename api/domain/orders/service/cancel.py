"""Cancelling an order."""

from sqlalchemy import delete, update

from api.domain.actors import Permission
from api.domain.fields import OrderRef
from api.domain.operations import Kind, operation
from api.domain.orders import reads
from api.domain.orders.commands import CancelOrder
from api.domain.orders.events import OrderCancelled
from api.domain.orders.models import OrderLine, OrderStatus
from api.domain.orders.promising import sums
from api.domain.orders.reads import Order
from api.domain.orders.service.opened import Held, complete, held, lock_open, open_lines
from api.domain.scope import Scope
from api.domain.stock import ledger
from api.domain.stock.models import Allocation, PostingKind
from api.domain.stock.moves import Move


@operation(Kind.COMMAND, Permission.ORDERS_WRITE)
async def cancel_order(scope: Scope, order_id: OrderRef, command: CancelOrder) -> Order:
    """Give up what has not left, and its stock; an order of which a part has left is completed."""
    order = await lock_open(scope, order_id, "cancelled")
    lines = await open_lines(scope, order.id)
    await _give_back(scope, order.id, await held(scope, order.id))
    mine = update(OrderLine).where(OrderLine.order_id == order.id)
    await scope.session.execute(
        mine.values(cancelled=OrderLine.quantity - OrderLine.fulfilled, allocated=0),
        execution_options={"synchronize_session": False},
    )
    order.cancel_reason = command.reason
    if any(line.fulfilled for line in lines.values()):
        await complete(scope, order)
    else:
        now = await scope.now()
        order.status, order.cancelled_at = OrderStatus.CANCELLED, now
        scope.announce(OrderCancelled(order.id, command.reason))
    return await reads.order(scope, order.id)


async def _give_back(scope: Scope, order_id: str, stock: list[Held]) -> None:
    """Move exactly what the order holds from committed to available."""
    if not stock:
        return
    levels = sums((part.level_id, part.quantity) for part in stock)
    await ledger.lock_levels_by_id(scope, list(levels))
    parts = delete(Allocation).where(Allocation.id.in_([part.id for part in stock]))
    await scope.session.execute(parts, execution_options={"synchronize_session": False})
    moves = [Move(id, available=n, committed=-n) for id, n in levels.items()]
    await ledger.post(scope, PostingKind.DEALLOCATE, moves, reference=("order", order_id))
