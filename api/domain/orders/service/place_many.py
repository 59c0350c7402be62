"""Placing many orders at once."""

from collections.abc import Sequence

from api.domain.actors import Permission
from api.domain.bulk import Bulk, one_by_one
from api.domain.catalog import reads as catalog
from api.domain.operations import Key, Kind, operation
from api.domain.orders.commands import PlaceOrder, PlaceOrders
from api.domain.orders.promising import hold_for_orders
from api.domain.orders.reads import Order
from api.domain.orders.service.place import place_order
from api.domain.scope import Scope


@operation(Kind.COMMAND, Permission.ORDERS_PLACE, key=Key.REQUIRED)
async def order_bulk_place(scope: Scope, command: PlaceOrders) -> Bulk[Order]:
    """Place orders, each against what the ones before it have left."""
    await _hold(scope, command.readable)
    return await one_by_one(scope, command, place_order)


async def _hold(scope: Scope, orders: Sequence[PlaceOrder]) -> None:
    """Lock all stock that they name before the first is placed, in the order that all keep."""
    refs = {line.item_id for order in orders for line in order.lines}
    items = await catalog.known_items(scope, list(refs), held=True)
    await hold_for_orders(scope, items.values())
