"""Placing orders: what is promised, what is refused, and what is left behind."""

from decimal import Decimal

import pytest

from api.domain.errors import Duplicate, NotFound, ValidationFailed
from api.domain.fields import Id
from api.domain.orders import service as orders
from api.domain.orders.models import OrderStatus
from api.domain.paging import Window
from api.domain.stock.errors import InsufficientStock
from tests.factories import which
from tests.orders.shop import Shop, placing


async def test_an_order_freezes_price_and_name_and_is_promised_its_stock(shop: Shop) -> None:
    warehouse, chair = await shop.location(), await shop.item(price="12.50")
    await shop.receive(chair, warehouse, 5)

    order = await shop.place((chair, 3), external_ref=f"A-{chair}", note="Ring twice")
    await shop.sql("UPDATE items SET price = 99, name = 'Stool' WHERE id = :id", id=chair[-32:])

    seen = await shop.run(orders.get_order, order.id)
    assert seen == order
    assert (order.status, order.total.amount) == (OrderStatus.PLACED, "37.50")
    assert (order.lines[0].unit_price.amount, order.lines[0].name[:3]) == ("12.50", "The")
    assert (order.lines[0].allocated, order.lines[0].backordered) == (3, 0)
    assert order.placed_by == shop.clerk.user_id
    assert await shop.books(chair) == {warehouse: (2, 3)}


async def test_an_order_is_found_under_its_reference_of_another_system(shop: Shop) -> None:
    seat = await shop.item(track_stock=False)
    order = await shop.place((seat, 1), external_ref=f"web-{seat}")

    assert (await shop.run(orders.get_order, Id(f"ref:web-{seat}"))).id == order.id


async def test_numbers_of_orders_grow(shop: Shop) -> None:
    seat = await shop.item(track_stock=False)

    first, second = await shop.place((seat, 1)), await shop.place((seat, 1))

    assert second.number > first.number > 1000


async def test_a_line_is_split_over_warehouses_the_first_ones_first(shop: Shop) -> None:
    near, small, large = [await shop.location(priority=n) for n in (1, 5, 5)]
    chair = await shop.item()
    for warehouse, quantity in ((small, 2), (large, 6), (near, 3)):
        await shop.receive(chair, warehouse, quantity)

    order = await shop.place((chair, 8))

    assert await shop.books(chair) == {near: (0, 3), large: (1, 5), small: (2, 0)}
    found = await shop.run(orders.allocations_of_lines, [order.lines[0].id])
    parts = {part.location_id: part.quantity for part in found[order.lines[0].id]}
    assert parts == {near: 3, large: 5}


async def test_a_warehouse_that_does_not_sell_gives_nothing(shop: Shop) -> None:
    closed, chair = await shop.location(sellable=False), await shop.item()
    await shop.receive(chair, closed, 5)

    with pytest.raises(InsufficientStock):
        await shop.place((chair, 1))


async def test_b2_two_lines_of_one_item_cannot_both_have_the_last_chair(shop: Shop) -> None:
    warehouse, chair = await shop.location(), await shop.item()
    await shop.receive(chair, warehouse, 3)

    with pytest.raises(InsufficientStock) as refused:
        await shop.place((chair, 2), (chair, 2))
    (shortage,) = refused.value.shortages
    assert (shortage.item_id, shortage.requested, shortage.available) == (chair, 4, 3)

    order = await shop.place((chair, 2), (chair, 1))
    assert [line.allocated for line in order.lines] == [2, 1]
    assert await shop.books(chair) == {warehouse: (0, 3)}


async def test_everything_that_is_short_is_named_and_nothing_is_kept(shop: Shop) -> None:
    warehouse = await shop.location()
    chair, table, lamp = [await shop.item() for _ in range(3)]
    await shop.receive(chair, warehouse, 5)
    await shop.receive(table, warehouse, 1)

    with pytest.raises(InsufficientStock) as refused:
        await shop.place((lamp, 1), (chair, 1), (table, 2), external_ref=f"A-{chair}")

    short = {each.item_id: (each.requested, each.available) for each in refused.value.shortages}
    assert short == {lamp: (1, 0), table: (2, 1)}
    assert await shop.books(chair) == {warehouse: (5, 0)}
    with pytest.raises(NotFound):
        await shop.run(orders.get_order, Id(f"ref:A-{chair}"))


async def test_what_may_be_backordered_waits_up_to_its_limit(shop: Shop) -> None:
    warehouse = await shop.location()
    chair = await shop.item(allow_backorder=True, backorder_limit=5)
    await shop.receive(chair, warehouse, 2)

    first = await shop.place((chair, 5))
    assert (first.lines[0].allocated, first.lines[0].backordered) == (2, 3)
    with pytest.raises(InsufficientStock):
        await shop.place((chair, 3))
    second = await shop.place((chair, 2))
    assert second.lines[0].backordered == 2


async def test_a_backorder_without_limit_needs_no_stock_anywhere(shop: Shop) -> None:
    chair = await shop.item(allow_backorder=True)

    order = await shop.place((chair, 1_000_000_000))

    assert order.lines[0].backordered == 1_000_000_000


async def test_a_partial_order_takes_what_there_is_and_pays_for_that_only(shop: Shop) -> None:
    warehouse = await shop.location()
    chair, lamp, seat = await shop.item(), await shop.item(), await shop.item(track_stock=False)
    await shop.receive(chair, warehouse, 3)

    order = await shop.place((chair, 2), (chair, 2), (lamp, 1), (seat, 1), allow_partial=True)

    assert [(line.position, line.quantity) for line in order.lines] == [(1, 2), (2, 1), (4, 1)]
    assert order.total.amount == "40.00"
    with pytest.raises(InsufficientStock):
        await shop.place((lamp, 1), allow_partial=True)


async def test_what_is_not_stock_is_there_without_end(shop: Shop) -> None:
    seat = await shop.item(track_stock=False)

    (line,) = (await shop.place((seat, 1000))).lines

    assert (line.track_stock, line.allocated, line.backordered) == (False, 0, 0)


async def test_discounts_of_lines_and_order_come_off_to_the_cent(shop: Shop) -> None:
    seat = await shop.item(price="9.99", track_stock=False)
    line = {"item_id": seat, "quantity": 3, "discount": "0.15"}

    order = await shop.place(line, (seat, 1), discount={"percent": "0.1"})

    assert [line.total.amount for line in order.lines] == ["22.92", "8.99"]
    assert order.lines[0].discount == Decimal("0.15")
    assert (order.subtotal.amount, order.discount_total.amount) == ("39.96", "8.05")
    assert order.total.amount == "31.91"


async def test_staff_may_name_a_price_of_its_own(shop: Shop) -> None:
    seat = await shop.item(price=None, track_stock=False)
    own = {"amount": "1.005", "currency": "EUR"}

    with pytest.raises(ValidationFailed) as refused:
        await shop.place((seat, 1))
    assert refused.value.errors[0].path == ["lines", "0", "unit_price"]

    order = await shop.place({"item_id": seat, "quantity": 3, "unit_price": own})
    assert (order.lines[0].unit_price.amount, order.total.amount) == ("1.005", "3.02")


async def test_all_prices_are_in_one_currency(shop: Shop) -> None:
    seat = await shop.item(track_stock=False)
    dollars = {
        "item_id": seat,
        "quantity": 1,
        "unit_price": {"amount": "1", "currency": "USD"},
    }

    for lines, currency in ([(seat, 1), dollars], None), ([(seat, 1)], "USD"):
        with pytest.raises(ValidationFailed) as refused:
            await shop.place(*lines, currency=currency)
        assert [fault.code for fault in refused.value.errors] == ["currency_mismatch"]


async def test_archived_and_unknown_items_and_unknown_customers_are_refused(shop: Shop) -> None:
    seat = await shop.item(track_stock=False)
    await shop.sql("UPDATE items SET archived_at = now() WHERE id = :id", id=seat[-32:])
    lamp = await shop.item(track_stock=False)

    with pytest.raises(ValidationFailed) as refused:
        await shop.place((lamp, 1), (seat, 1))
    assert refused.value.errors[0].path == ["lines", "1", "item_id"]
    with pytest.raises(NotFound, match="sku:nothing"):
        await shop.place((Id("sku:nothing"), 1))
    with pytest.raises(NotFound, match="ref:nobody"):
        await shop.place((lamp, 1), customer_id="ref:nobody")


async def test_items_and_customers_go_by_their_own_keys(shop: Shop) -> None:
    chair = await shop.item(sku=f"Oak-{id(shop)}", track_stock=False)
    customer = await shop.customer(external_ref=f"crm-{chair}")

    order = await shop.place(
        (Id(f"sku:oak-{id(shop)}"), 1),
        customer_id=f"ref:crm-{chair}",
    )

    assert (order.lines[0].item_id, order.customer_id) == (chair, customer)


async def test_a_reference_is_used_once_in_each_source(shop: Shop) -> None:
    seat = await shop.item(track_stock=False)
    order = await shop.place((seat, 1), external_ref=f"A-{seat}")

    with pytest.raises(Duplicate, match=order.id):
        await shop.place((seat, 1), external_ref=f"A-{seat}")
    await shop.place((seat, 1), external_ref=f"A-{seat}", source="web")


async def test_the_same_key_places_one_order_and_gives_one_answer(shop: Shop) -> None:
    warehouse, chair = await shop.location(), await shop.item()
    await shop.receive(chair, warehouse, 5)

    first = await shop.place((chair, 2), key=f"key-{chair}")
    again = await shop.place((chair, 2), key=f"key-{chair}")

    assert again == first
    assert await shop.books(chair) == {warehouse: (3, 2)}


async def test_an_order_that_is_only_tried_leaves_nothing(shop: Shop) -> None:
    warehouse, chair = await shop.location(), await shop.item()
    await shop.receive(chair, warehouse, 5)

    tried = await shop.run(orders.place_order, placing((chair, 2)), validate_only=True)

    assert tried.total.amount == "20.00"
    assert await shop.books(chair) == {warehouse: (5, 0)}
    with pytest.raises(NotFound):
        await shop.run(orders.get_order, tried.id)


async def test_orders_are_found_by_what_is_on_them_and_whose_they_are(shop: Shop) -> None:
    chair = await shop.item(allow_backorder=True)
    seat, customer = await shop.item(track_stock=False), await shop.customer()
    waiting = await shop.place((chair, 1), customer_id=customer)
    ready = await shop.place((seat, 1), customer_id=customer, external_ref=f"100%-{seat}")

    async def found(q: str | None = None, **where: object) -> list[str]:
        mine = which(orders.list_orders, {"customer_id": {"eq": customer}, **where}, q=q)
        return [row.id for row in (await shop.run(orders.list_orders, mine, Window())).rows]

    assert await found() == [ready.id, waiting.id]
    assert await found(lines={"some": {"item_id": {"eq": chair}}}) == [waiting.id]
    assert await found(is_backordered={"eq": False}) == [ready.id]
    assert await found(q=f"100%-{seat}") == [ready.id]
    assert await found(q=str(waiting.number)) == [waiting.id]
    assert await found(q="ada") == [ready.id, waiting.id]
    assert await found(status={"eq": "CANCELLED"}) == []
    assert await found(placed_at={"gte": ready.placed_at}) == [ready.id]
    assert await found(placed_at={"lt": ready.placed_at}) == [waiting.id]
