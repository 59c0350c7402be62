"""The database itself refuses books that are wrong."""

import pytest
from sqlalchemy.exc import IntegrityError

from api.domain.fields import Id
from tests.orders.shop import Shop

LINE = "UPDATE order_lines SET {} WHERE order_id = :order"
ORDER = "UPDATE orders SET {} WHERE id = :order"
FALSE = {
    "more allocated than promised": LINE.format("allocated = allocated + 1"),
    "less allocated than promised": LINE.format("allocated = 0"),
    "counted as sent": LINE.format("fulfilled = fulfilled + 1"),
    "more than ordered": LINE.format("cancelled = 9"),
    "below nothing": LINE.format("cancelled = -1"),
    "less than allocated": LINE.format("quantity = 2"),
    "more than was ordered": LINE.format("quantity = quantity + 1"),
    "another price": LINE.format("unit_price = unit_price + 1"),
    "another thing": LINE.format("name = 'Stool'"),
    "a false line total": LINE.format("total = total - 1"),
    "a cheaper line": LINE.format("subtotal = subtotal - 1, total = total - 1"),
    "a line of another order": LINE.format("order_id = gen_random_uuid()"),
    "a false total": ORDER.format("total = total - 1"),
    "a cheaper order": ORDER.format("subtotal = subtotal - 1, total = total - 1"),
    "another currency": ORDER.format("currency = 'USD'"),
    "a line taken off": "DELETE FROM order_lines WHERE order_id = :order AND track_stock = false",
    "completed by hand": ORDER.format("status = 'COMPLETED', completed_at = now()"),
    "cancelled without a time": ORDER.format("status = 'CANCELLED'"),
    "cancelled but allocated": ORDER.format("status = 'CANCELLED', cancelled_at = now()"),
    "an unknown status": ORDER.format("status = 'LOST'"),
    "a promise forgotten": "DELETE FROM allocations WHERE order_line_id = :line",
    "a promise enlarged": "UPDATE allocations SET quantity = 4 WHERE order_line_id = :line",
    "a line added": (
        "INSERT INTO order_lines (id, order_id, position, item_id, sku, name, track_stock,"
        " quantity, unit_price, discount, subtotal, discount_amount, total)"
        " SELECT gen_random_uuid(), order_id, 9, item_id, sku, name, false, 1, 1, 0, 1, 0, 1"
        " FROM order_lines WHERE id = :line"
    ),
    "stock that allocations cover": (
        "UPDATE stock_levels SET uncovered = 1 FROM allocations a"
        " WHERE a.level_id = stock_levels.id AND a.order_line_id = :line"
    ),
    "an order without lines": (
        "INSERT INTO orders (id, status, currency, subtotal, discount_total, total)"
        " VALUES (gen_random_uuid(), 'PLACED', 'EUR', 0, 0, 0)"
    ),
}


@pytest.mark.parametrize("statement", FALSE.values(), ids=FALSE.keys())
async def test_false_entries_are_refused(shop: Shop, statement: str) -> None:
    warehouse, chair = await shop.location(), await shop.item()
    await shop.receive(chair, warehouse, 5)
    order = await shop.place((chair, 3), (await shop.item(track_stock=False), 1))
    values = {"order": order.id[-32:], "line": order.lines[0].id[-32:]}
    used = {name: value for name, value in values.items() if f":{name}" in statement}

    with pytest.raises(IntegrityError):
        await shop.sql(statement, **used)

    assert await shop.books(Id(chair)) == {warehouse: (2, 3)}


async def test_an_order_of_which_nothing_is_left_to_do_is_not_open(shop: Shop) -> None:
    order = await shop.place((await shop.item(track_stock=False), 2))

    with pytest.raises(IntegrityError, match="is not what its lines say"):
        await shop.sql(LINE.format("cancelled = quantity"), order=order.id[-32:])
