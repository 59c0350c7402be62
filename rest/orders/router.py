"""/v1/orders and /v1/fulfillments."""

from api.domain.bulk import Bulk, BulkRefused
from api.domain.errors import Duplicate, InvalidTransition, NotFound
from api.domain.fields import OrderRef
from api.domain.orders import service
from api.domain.orders.commands import (
    CancelOrder,
    FulfillOrder,
    PlaceOrder,
    PlaceOrders,
)
from api.domain.orders.errors import NotReadyToFulfill
from api.domain.orders.reads import Order
from api.domain.stock.errors import InsufficientStock
from rest.doors import ReaderDep, WriterDep
from rest.lists import lists
from rest.problems import refusals
from rest.routes import area

orders = area("/orders", "orders")
fulfillments = area("/fulfillments", "orders")

WITHOUT_REASON, WHOLE = CancelOrder(), FulfillOrder()


lists(orders, service.list_orders)


@orders.get("/{order_id}", responses=refusals(NotFound))
async def get_order(reader: ReaderDep, order_id: OrderRef) -> Order:
    """One order with its lines, by id or `ref:`."""
    return await reader.run(service.get_order, order_id)


@orders.post("", status_code=201, responses=refusals(NotFound, Duplicate, InsufficientStock))
async def place_order(writer: WriterDep, command: PlaceOrder) -> Order:
    """Freeze the prices and promise stock to every line; needs an `Idempotency-Key`."""
    return await writer.run(service.place_order, command)


@orders.post("/bulk", responses=refusals(BulkRefused))
async def order_bulk_place(writer: WriterDep, command: PlaceOrders) -> Bulk[Order]:
    """Place up to 100 orders, one after the other; needs an `Idempotency-Key`."""
    return await writer.run(service.order_bulk_place, command)


@orders.post("/{order_id}/cancel", responses=refusals(NotFound, InvalidTransition))
async def cancel_order(
    writer: WriterDep, order_id: OrderRef, command: CancelOrder = WITHOUT_REASON
) -> Order:
    """Give up what has not left, and give its stock back."""
    return await writer.run(service.cancel_order, order_id, command)


@orders.post(
    "/{order_id}/fulfill", responses=refusals(NotFound, InvalidTransition, NotReadyToFulfill)
)
async def fulfill_order(
    writer: WriterDep, order_id: OrderRef, command: FulfillOrder = WHOLE
) -> Order:
    """Send out the lines named, or all that is ready; needs an `Idempotency-Key`."""
    return await writer.run(service.fulfill_order, order_id, command)


@orders.post("/{order_id}/allocate", responses=refusals(NotFound, InvalidTransition))
async def allocate_order(writer: WriterDep, order_id: OrderRef) -> Order:
    """Promise what has come in to the lines that wait for it."""
    return await writer.run(service.allocate_order, order_id)


lists(fulfillments, service.list_fulfillments)
