"""What becomes of an order: sent out, given up, or waiting for stock."""

import asyncio

import pytest

from api.domain.errors import InvalidTransition, ValidationFailed
from api.domain.fields import Id
from api.domain.orders import service as orders
from api.domain.orders.commands import CancelOrder, FulfillOrder
from api.domain.orders.errors import NotReadyToFulfill
from api.domain.orders.models import OrderStatus
from api.domain.orders.reads import FulfillmentStatus, Order
from api.domain.paging import Window
from api.domain.refusals import StockroomError
from tests.factories import which
from tests.orders.shop import Shop


def leaving(*lines: tuple[Id, int], **fields: object) -> FulfillOrder:
    """The command to send out lines; all that is ready when none is named."""
    named = [{"line_id": line, "quantity": quantity} for line, quantity in lines]
    return FulfillOrder.model_validate({"lines": named or None, **fields})


async def an_order(shop: Shop, quantity: int, there: int) -> tuple[Id, Id, Order]:
    """A warehouse, an item with stock there, and an order of it that may wait for more."""
    warehouse, chair = await shop.location(), await shop.item(allow_backorder=True)
    await shop.receive(chair, warehouse, there)
    return warehouse, chair, await shop.place((chair, quantity))


async def test_cancelling_gives_back_exactly_what_the_order_held(shop: Shop) -> None:
    warehouse, chair, order = await an_order(shop, 4, 3)
    other = await shop.place((chair, 1))
    await shop.receive(chair, warehouse, 2)
    await shop.run(orders.allocate_order, other.id)

    cancelled = await shop.run(orders.cancel_order, order.id, CancelOrder(reason="Too late"))

    assert (cancelled.status, cancelled.cancel_reason) == (OrderStatus.CANCELLED, "Too late")
    assert cancelled.cancelled_at is not None
    assert (cancelled.lines[0].cancelled, cancelled.lines[0].backordered) == (4, 0)
    assert await shop.books(chair) == {warehouse: (4, 1)}


async def test_an_order_is_cancelled_once(shop: Shop) -> None:
    warehouse, chair, order = await an_order(shop, 2, 2)
    await shop.run(orders.cancel_order, order.id, CancelOrder())

    with pytest.raises(InvalidTransition) as refused:
        await shop.run(orders.cancel_order, order.id, CancelOrder())
    assert list(refused.value.details.values()) == [OrderStatus.CANCELLED, []]
    with pytest.raises(InvalidTransition):
        await shop.run(orders.fulfill_order, order.id, FulfillOrder())
    with pytest.raises(InvalidTransition):
        await shop.run(orders.allocate_order, order.id)
    assert await shop.books(chair) == {warehouse: (2, 0)}


async def test_an_order_that_leaves_whole_is_completed(shop: Shop) -> None:
    warehouse, chair, order = await an_order(shop, 2, 3)

    done = await shop.run(orders.fulfill_order, order.id, leaving(tracking="1Z999"))

    assert (done.status, done.fulfillment_status) == (
        OrderStatus.COMPLETED,
        FulfillmentStatus.FULFILLED,
    )
    assert done.version == order.version + 1
    assert (done.lines[0].fulfilled, done.lines[0].allocated) == (2, 0)
    assert await shop.books(chair) == {warehouse: (1, 0)}
    (parcel,) = (await shop.run(orders.fulfillments_of_orders, [order.id]))[order.id]
    assert (parcel.location_id, parcel.tracking) == (warehouse, "1Z999")
    assert [(line.line_id, line.quantity) for line in parcel.lines] == [(order.lines[0].id, 2)]


async def test_an_order_leaves_in_parts_one_parcel_a_warehouse(shop: Shop) -> None:
    near, far = await shop.location(priority=1), await shop.location(priority=2)
    chair, seat = await shop.item(), await shop.item(track_stock=False)
    await shop.receive(chair, near, 3)
    await shop.receive(chair, far, 3)
    order = await shop.place((chair, 5), (seat, 2))
    line, service = order.lines[0].id, order.lines[1].id

    part = await shop.run(orders.fulfill_order, order.id, leaving((line, 1), (line, 3)))
    assert part.fulfillment_status is FulfillmentStatus.PARTIAL
    assert await shop.books(chair) == {near: (0, 0), far: (1, 1)}

    done = await shop.run(orders.fulfill_order, order.id, FulfillOrder())
    assert done.status is OrderStatus.COMPLETED
    filter = which(orders.list_fulfillments, {"order_id": {"eq": order.id}})
    page = await shop.run(orders.list_fulfillments, filter, Window())
    left = {
        (parcel.location_id, line.line_id, line.quantity)
        for parcel in page.rows
        for line in parcel.lines
    }
    assert left == {(near, line, 3), (far, line, 1), (far, line, 1), (None, service, 2)}
    assert len(page.rows) == 4


async def test_what_is_not_allocated_cannot_leave_and_all_of_it_is_named(shop: Shop) -> None:
    warehouse, chair, order = await an_order(shop, 4, 3)
    line = order.lines[0].id

    with pytest.raises(NotReadyToFulfill) as refused:
        await shop.run(orders.fulfill_order, order.id, leaving((line, 2), (line, 2)))
    (unready,) = refused.value.lines
    assert (unready.line_id, unready.requested, unready.ready) == (line, 4, 3)
    stranger = Id(f"line_{'0' * 32}")
    with pytest.raises(ValidationFailed):
        await shop.run(orders.fulfill_order, order.id, leaving((line, 1), (stranger, 1)))
    assert await shop.books(chair) == {warehouse: (0, 3)}


async def test_an_order_that_waits_for_everything_has_nothing_to_send(shop: Shop) -> None:
    chair = await shop.item(allow_backorder=True)
    order = await shop.place((chair, 1))

    with pytest.raises(NotReadyToFulfill):
        await shop.run(orders.fulfill_order, order.id, FulfillOrder())


async def test_giving_up_the_rest_of_an_order_completes_it(shop: Shop) -> None:
    warehouse, chair, order = await an_order(shop, 4, 3)
    await shop.run(orders.fulfill_order, order.id, leaving((order.lines[0].id, 2)))

    done = await shop.run(orders.cancel_order, order.id, CancelOrder())

    assert (done.status, done.fulfillment_status) == (
        OrderStatus.COMPLETED,
        FulfillmentStatus.FULFILLED,
    )
    (line,) = done.lines
    assert (line.fulfilled, line.cancelled, line.allocated, line.backordered) == (2, 2, 0, 0)
    assert await shop.books(chair) == {warehouse: (1, 0)}


async def test_what_comes_in_goes_to_an_order_that_waits_as_far_as_it_goes(shop: Shop) -> None:
    warehouse, chair, order = await an_order(shop, 5, 1)
    await shop.receive(chair, warehouse, 2)

    first = await shop.run(orders.allocate_order, order.id)
    assert (first.lines[0].allocated, first.lines[0].backordered) == (3, 2)
    again = await shop.run(orders.allocate_order, order.id)
    assert again.lines == first.lines
    await shop.receive(chair, warehouse, 9)
    done = await shop.run(orders.allocate_order, order.id)
    assert done.lines[0].backordered == 0
    assert await shop.books(chair) == {warehouse: (7, 5)}


async def test_an_order_is_either_sent_or_cancelled_never_both(shop: Shop) -> None:
    for _ in range(5):
        warehouse, chair, order = await an_order(shop, 2, 2)
        ends = await asyncio.gather(
            shop.run(orders.cancel_order, order.id, CancelOrder()),
            shop.run(orders.fulfill_order, order.id, FulfillOrder()),
            return_exceptions=True,
        )
        (won,) = [end for end in ends if isinstance(end, Order)]
        (lost,) = [end for end in ends if isinstance(end, StockroomError)]
        assert isinstance(lost, InvalidTransition)
        left = 2 if won.status is OrderStatus.CANCELLED else 0
        assert await shop.books(chair) == {warehouse: (left, 0)}


async def test_nobody_can_buy_the_last_chairs_twice(shop: Shop) -> None:
    warehouse, chair = await shop.location(), await shop.item()
    await shop.receive(chair, warehouse, 3)

    ends = await asyncio.gather(*(shop.place((chair, 1)) for _ in range(8)), return_exceptions=True)

    assert sum(isinstance(end, Order) for end in ends) == 3
    assert [end.code for end in ends if isinstance(end, StockroomError)] == [
        "INSUFFICIENT_STOCK"
    ] * 5
    assert await shop.books(chair) == {warehouse: (0, 3)}


async def test_orders_of_the_same_items_in_any_order_do_not_block_each_other(shop: Shop) -> None:
    warehouse, items = await shop.location(), [await shop.item() for _ in range(4)]
    for item in items:
        await shop.receive(item, warehouse, 12)

    turned = [items[n % 4 :] + items[: n % 4] for n in range(12)]
    placed = await asyncio.gather(*(shop.place(*((item, 1) for item in each)) for each in turned))

    assert len({order.id for order in placed}) == 12
    for item in items:
        assert await shop.books(item) == {warehouse: (0, 12)}


async def test_two_who_backorder_at_once_stay_within_the_limit(shop: Shop) -> None:
    chair = await shop.item(allow_backorder=True, backorder_limit=3)

    ends = await asyncio.gather(*(shop.place((chair, 1)) for _ in range(6)), return_exceptions=True)

    assert sum(isinstance(end, Order) for end in ends) == 3


async def test_what_happened_is_announced_in_order(shop: Shop) -> None:
    _, _, order = await an_order(shop, 2, 2)
    await shop.run(orders.fulfill_order, order.id, leaving((order.lines[0].id, 1)))
    await shop.run(orders.fulfill_order, order.id, FulfillOrder())

    rows = await shop.sql(
        "SELECT type FROM events WHERE subject = :subject ORDER BY seq", subject=order.id
    )
    assert [row[0] for row in rows] == [
        "order.placed",
        "order.fulfilled",
        "order.fulfilled",
        "order.completed",
    ]
