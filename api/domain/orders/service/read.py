"""Reading orders and what became of them."""

from collections.abc import Sequence

from api.domain.actors import Permission
from api.domain.asking import Which
from api.domain.fields import Id, OrderRef
from api.domain.operations import Kind, operation
from api.domain.orders import fulfillments, reads
from api.domain.orders.fulfillments import Allocation, Fulfillment
from api.domain.orders.reads import Order
from api.domain.orders.selection import visible
from api.domain.paging import Page, Window
from api.domain.scope import Scope


@operation(Kind.QUERY, Permission.ORDERS_READ, listing=reads.ORDERS)
async def list_orders(scope: Scope, which: Which, window: Window) -> Page[Order]:
    """Orders with their lines, the latest first unless asked otherwise."""
    page = await reads.ORDERS.page(scope, which, window, rule=visible(scope.actor))
    return await reads.with_lines(scope, page)


@operation(Kind.QUERY, Permission.ORDERS_READ)
async def get_order(scope: Scope, order_id: OrderRef) -> Order:
    """One order with its lines, by id or `ref:`."""
    return await reads.order(scope, order_id)


@operation(Kind.BULK, Permission.ORDERS_READ)
async def orders_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, Order]:
    """Orders for links."""
    return await reads.orders_by_id(scope, ids)


@operation(Kind.QUERY, Permission.ORDERS_READ, listing=fulfillments.FULFILLMENTS)
async def list_fulfillments(scope: Scope, which: Which, window: Window) -> Page[Fulfillment]:
    """What left, the latest first unless asked otherwise."""
    rule = visible(scope.actor)
    page = await fulfillments.FULFILLMENTS.page(scope, which, window, rule=rule)
    return await fulfillments.with_lines(scope, page)


@operation(Kind.BULK, Permission.ORDERS_READ)
async def fulfillments_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, Fulfillment]:
    """Fulfillments for links."""
    return await fulfillments.fulfillments_by_id(scope, ids)


@operation(Kind.BULK, Permission.ORDERS_READ)
async def fulfillments_of_orders(
    scope: Scope, order_ids: Sequence[Id]
) -> dict[Id, list[Fulfillment]]:
    """What left of each order, oldest first."""
    return await fulfillments.fulfillments_of_orders(scope, order_ids)


@operation(Kind.BULK, Permission.ORDERS_READ)
async def allocations_of_lines(scope: Scope, line_ids: Sequence[Id]) -> dict[Id, list[Allocation]]:
    """The stock that is promised to each order line."""
    return await fulfillments.allocations_of_lines(scope, line_ids)
