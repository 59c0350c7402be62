"""Sending out what an order holds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import bindparam, delete, insert, update

from api.domain.actors import Permission
from api.domain.errors import Fault, ValidationFailed
from api.domain.fields import Id, OrderRef, Quantity, new_id
from api.domain.operations import Key, Kind, operation
from api.domain.orders import models, reads
from api.domain.orders.commands import FulfillOrder
from api.domain.orders.errors import NotReadyToFulfill, Unready
from api.domain.orders.events import OrderFulfilled
from api.domain.orders.models import Fulfillment, FulfillmentLine, OrderLine
from api.domain.orders.promising import sums
from api.domain.orders.reads import Order
from api.domain.orders.service.opened import (
    Held,
    OpenLine,
    complete,
    held,
    lock_open,
    open_lines,
)
from api.domain.scope import Scope
from api.domain.stock import ledger
from api.domain.stock.models import Allocation, PostingKind
from api.domain.stock.moves import Move


@operation(Kind.COMMAND, Permission.ORDERS_WRITE, key=Key.REQUIRED)
async def fulfill_order(scope: Scope, order_id: OrderRef, command: FulfillOrder) -> Order:
    """Send out the lines named, or all that is ready; the last part completes the order."""
    order = await lock_open(scope, order_id, "fulfilled")
    lines = await open_lines(scope, order.id)
    leaving = _leaving(lines, command)
    taken = _taken(leaving, await held(scope, order.id))
    await _take_out(scope, order.id, taken)
    await _count(scope, leaving, sums((part.line_id, part.quantity) for part in taken))
    ids = await _record(scope, order, command.tracking, leaving, taken)
    scope.announce(OrderFulfilled(order.id, ids))
    if all(line.left == leaving.get(id, 0) for id, line in lines.items()):
        await complete(scope, order)
    return await reads.order(scope, order.id)


def _leaving(lines: Mapping[Id, OpenLine], command: FulfillOrder) -> dict[Id, int]:
    """How much of each line leaves now; refuses what is not ready to, all of it at once."""
    if command.lines is None:
        ready = {id: line.ready for id, line in lines.items() if line.ready}
        if not ready:
            raise NotReadyToFulfill("Nothing of this order is ready to leave.", [])
        return ready
    faults = [
        Fault(["lines", str(n), "line_id"], "not_found", "The order has no such line.")
        for n, line in enumerate(command.lines)
        if line.line_id not in lines
    ]
    if faults:
        raise ValidationFailed("The order has no such line.", faults)
    asked = sums((line.line_id, line.quantity) for line in command.lines)
    unready = [
        Unready(id, Quantity(quantity), Quantity(lines[id].ready))
        for id, quantity in asked.items()
        if quantity > lines[id].ready
    ]
    if unready:
        raise NotReadyToFulfill("More is to leave than is allocated to the order.", unready)
    return asked


def _taken(leaving: Mapping[Id, int], stock: Sequence[Held]) -> list[Held]:
    """The parts of the stock held that leave."""
    left, taken = dict(leaving), []
    for part in stock:
        quantity = min(part.quantity, left.get(part.line_id, 0))
        if quantity:
            left[part.line_id] -= quantity
            taken.append(replace(part, quantity=quantity))
    return taken


async def _take_out(scope: Scope, order_id: Id, taken: Sequence[Held]) -> None:
    """Use up the allocations and take their stock from committed."""
    if not taken:
        return
    levels = sums((part.level_id, part.quantity) for part in taken)
    await ledger.lock_levels_by_id(scope, list(levels))
    connection = await scope.session.connection()
    mine = Allocation.id == bindparam("part")
    rows = [{"part": part.id, "taken": part.quantity} for part in taken]
    used_up = delete(Allocation).where(mine, Allocation.quantity == bindparam("taken"))
    await connection.execute(used_up, rows)
    less = Allocation.quantity - bindparam("taken")
    await connection.execute(update(Allocation).where(mine).values(quantity=less), rows)
    moves = [Move(id, committed=-n) for id, n in levels.items()]
    await ledger.post(scope, PostingKind.FULFILL, moves, reference=("order", order_id))


async def _count(scope: Scope, leaving: Mapping[Id, int], taken: Mapping[Id, int]) -> None:
    counted = (
        update(OrderLine)
        .where(OrderLine.id == bindparam("line"))
        .values(
            fulfilled=OrderLine.fulfilled + bindparam("leaving"),
            allocated=OrderLine.allocated - bindparam("taken"),
        )
    )
    rows = [
        {"line": id, "leaving": quantity, "taken": taken.get(id, 0)}
        for id, quantity in leaving.items()
    ]
    await (await scope.session.connection()).execute(counted, rows)


async def _record(
    scope: Scope,
    order: models.Order,
    tracking: str | None,
    leaving: Mapping[Id, int],
    taken: Sequence[Held],
) -> list[Id]:
    """One fulfillment per location, and one without for what needs no stock."""
    parcels: dict[Id | None, dict[Id, int]] = {}
    for location in dict.fromkeys(part.location_id for part in taken):
        here = (part for part in taken if part.location_id == location)
        parcels[location] = sums((part.line_id, part.quantity) for part in here)
    stocked = {part.line_id for part in taken}
    unstocked = {id: quantity for id, quantity in leaving.items() if id not in stocked}
    if unstocked:
        parcels[None] = unstocked
    ids = {location: new_id("fulfillment") for location in parcels}
    await scope.session.execute(
        insert(Fulfillment),
        [
            {
                "id": ids[location],
                "order_id": order.id,
                "location_id": location,
                "tracking": tracking,
                "fulfilled_by": scope.actor.user_id,
            }
            for location in parcels
        ],
    )
    await scope.session.execute(
        insert(FulfillmentLine),
        [
            {"fulfillment_id": ids[location], "order_line_id": line_id, "quantity": quantity}
            for location, lines in parcels.items()
            for line_id, quantity in lines.items()
        ],
    )
    return list(ids.values())
