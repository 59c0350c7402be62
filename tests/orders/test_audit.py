"""The audit finds what is wrong with orders, even where the database was kept from refusing it."""

from collections.abc import AsyncIterator

import pytest

from api.database import Database
from api.domain.books import CHECKS, audit
from api.domain.orders import audit as orders_audit
from api.domain.orders import service as orders
from api.domain.orders.commands import CancelOrder, FulfillOrder
from tests.conftest import settings_for
from tests.orders.shop import Shop

SPOILED = {
    "order_lines SET allocated = 1 WHERE allocated = 2": "allocated what is allocated to it",
    "order_lines SET allocated = 1, fulfilled = 2 WHERE allocated = 2": "what has left for it",
    "orders SET subtotal = subtotal + 1, total = total + 1": "costs what its lines cost",
    "orders SET status = 'COMPLETED', completed_at = now(), cancelled_at = NULL": "is left to do",
    "fulfillments SET location_id = NULL": "left the stock",
}


@pytest.fixture
async def own_shop(own_database_url: str) -> AsyncIterator[Shop]:
    """A shop whose books may be spoiled: one order under way, one sent, one cancelled."""
    database = Database(settings_for(own_database_url))
    shop = await Shop.open(database)
    warehouse, chair = await shop.location(), await shop.item()
    await shop.receive(chair, warehouse, 9)
    first, second, _ = [await shop.place((chair, 3)) for _ in range(3)]
    some = {"lines": [{"line_id": first.lines[0].id, "quantity": 1}]}
    await shop.run(orders.fulfill_order, first.id, FulfillOrder.model_validate(some))
    await shop.run(orders.cancel_order, second.id, CancelOrder())
    yield shop
    await database.close()


async def found_in(shop: Shop) -> set[str]:
    """The checks that the books fail."""
    async with shop.database.read() as connection:
        return {difference.check for difference in await audit(connection)}


async def test_books_that_are_right_pass(own_shop: Shop) -> None:
    assert set(orders_audit.ORDER_CHECKS) <= set(CHECKS)
    assert await found_in(own_shop) == set()


@pytest.mark.parametrize(("change", "rule"), SPOILED.items(), ids=SPOILED.values())
async def test_a_spoiled_entry_is_found(own_shop: Shop, change: str, rule: str) -> None:
    async with own_shop.database.engine.begin() as connection:
        await connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        await connection.exec_driver_sql(f"UPDATE {change}")

    assert any(rule in check for check in await found_in(own_shop))
