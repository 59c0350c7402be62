"""An open order under lock: its lines, the stock it holds, and its end."""

from dataclasses import dataclass

from sqlalchemy import select

from api.domain.errors import InvalidTransition
from api.domain.fields import Id
from api.domain.locations.models import Location
from api.domain.orders import models, reads
from api.domain.orders.events import OrderCompleted
from api.domain.orders.models import OrderLine, OrderStatus
from api.domain.scope import Scope
from api.domain.stock.models import Allocation, StockLevel


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line, what of it can leave now, and what is still to be dealt with."""

    id: Id
    item_id: Id
    quantity: int
    fulfilled: int
    ready: int
    backordered: int
    left: int


@dataclass(frozen=True, slots=True)
class Held:
    """Stock that is promised to a line."""

    id: Id
    line_id: Id
    level_id: Id
    location_id: Id
    quantity: int


async def lock_open(scope: Scope, ref: Id, step: str) -> models.Order:
    """Lock an order, then its stock, so that commands take turns; refuses one that has ended."""
    row = await scope.lock(models.Order, await reads.order_id(scope, ref), "order")
    if row.status is not OrderStatus.PLACED:
        message = f"The order is {row.status}, which is final: it cannot be {step}."
        raise InvalidTransition(message, row.status, [])
    return row


async def open_lines(scope: Scope, order_id: Id) -> dict[Id, OpenLine]:
    """The lines of a locked order, in their order."""
    line = OrderLine
    statement = select(*line.__table__.columns).where(line.order_id == order_id)
    return {
        row.id: OpenLine(
            id=row.id,
            item_id=row.item_id,
            quantity=row.quantity,
            fulfilled=row.fulfilled,
            ready=row.allocated
            if row.track_stock
            else row.quantity - row.fulfilled - row.cancelled,
            backordered=row.backordered,
            left=row.quantity - row.fulfilled - row.cancelled,
        )
        for row in await scope.fetch(statement.order_by(line.position))
    }


async def held(scope: Scope, order_id: Id) -> list[Held]:
    """The stock that a locked order holds: first locations first, then the largest parts."""
    allocation = Allocation
    statement = (
        select(
            allocation.id,
            allocation.order_line_id,
            allocation.level_id,
            StockLevel.location_id,
            allocation.quantity,
        )
        .join(OrderLine, OrderLine.id == allocation.order_line_id)
        .join(StockLevel, StockLevel.id == allocation.level_id)
        .join(Location, Location.id == StockLevel.location_id)
        .where(OrderLine.order_id == order_id)
        .order_by(Location.priority, allocation.quantity.desc(), allocation.id)
    )
    return [Held(*row) for row in await scope.fetch(statement)]


async def complete(scope: Scope, order: models.Order) -> None:
    """End an order of which nothing is left to do."""
    now = await scope.now()
    order.status, order.completed_at = OrderStatus.COMPLETED, now
    scope.announce(OrderCompleted(order.id))
