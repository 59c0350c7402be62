"""A delivery is brought in while the shop sells: nobody waits for each other."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from api.database import Database
from api.domain.actors import SYSTEM
from api.domain.books import audit
from api.domain.scope import Scope
from api.importing import KINDS, Choices, Kind, Outcome, import_file
from tests.conftest import settings_for
from tests.orders.shop import Shop

ITEMS, DELIVERIES, LISTS = 40, 4, 12


@pytest.fixture
async def street(own_database_url: str) -> AsyncIterator[Database]:
    """A database of its own, for people who have time."""
    patient = {"lock_timeout_ms": 60_000, "statement_timeout_ms": 60_000}
    database = Database(settings_for(own_database_url).model_copy(update=patient))
    yield database
    await database.close()


async def deadlocks(url: str) -> int:
    """How often PostgreSQL had to end one of two who waited for each other, all others gone."""
    database = Database(settings_for(url))
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    counted = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    async with database.read() as connection:
        while (await connection.execute(text(others))).scalar_one() > 1:
            await asyncio.sleep(0.05)
        found = int((await connection.execute(text(counted))).scalar_one())
    await database.close()
    return found


async def test_deliveries_in_any_order_and_buyers_do_not_wait_for_each_other(
    street: Database, own_database_url: str, tmp_path: Path
) -> None:
    shop, chance = await Shop.open(street), random.Random(7)
    house = await shop.location()
    [[code]] = await shop.sql("SELECT code FROM locations")
    skus = [f"CHAIR-{n}" for n in range(ITEMS)]
    chairs = [await shop.item(sku=sku) for sku in skus]
    for chair in chairs[::2]:
        await shop.receive(chair, house, 1000)
    deliveries = [chance.sample(skus, ITEMS) for _ in range(DELIVERIES)]
    closed, sold = asyncio.Event(), 0

    async def buy() -> None:
        nonlocal sold
        while not closed.is_set():
            await shop.place(*((chair, 1) for chair in chance.sample(chairs[::2], 15)))
            sold += 15

    async def bring(n: int) -> int:
        path = tmp_path / f"delivery-{n}.csv"
        rows = "".join(f"{sku},{code},{n + 1}\n" for sku in deliveries[n])
        path.write_text(f"sku,location,quantity\n{rows}")
        scope = Scope(street, shop.clerk, shop.keyring)
        tally = await import_file(scope, KINDS[Kind.STOCK], path, Choices())
        return tally.outcomes[Outcome.CREATED]

    buyers = [asyncio.create_task(buy()) for _ in range(2)]
    created = await asyncio.gather(*(bring(n) for n in range(DELIVERIES)))
    closed.set()
    await asyncio.gather(*buyers)
    await street.close()

    assert created == [ITEMS] * DELIVERIES
    assert await deadlocks(own_database_url) == 0
    async with street.read() as connection:
        assert await audit(connection) == []
    brought = ITEMS * sum(range(1, DELIVERIES + 1)) + 1000 * len(chairs[::2])
    [[there, promised]] = await shop.sql("SELECT sum(on_hand), sum(committed) FROM stock_levels")
    assert (there, promised, sold > 0) == (brought, sold, True)


async def test_price_lists_in_any_order_and_buyers_of_what_is_limited_do_not_wait_for_each_other(
    street: Database, own_database_url: str, tmp_path: Path
) -> None:
    shop, chance = await Shop.open(street), random.Random(7)
    skus = [f"CHAIR-{n}" for n in range(ITEMS)]
    some_day: dict[str, Any] = {"allow_backorder": True, "backorder_limit": 1_000_000}
    chairs = [await shop.item(sku=sku, **some_day) for sku in skus]
    closed, sold = asyncio.Event(), 0

    async def buy() -> None:
        nonlocal sold
        while not closed.is_set():
            await shop.place(*((chair, 1) for chair in chance.sample(chairs, 15)))
            sold += 15

    async def bring(n: int) -> int:
        path = tmp_path / f"prices-{n}.csv"
        rows = "".join(f"{sku},{n + 1}\n" for sku in chance.sample(skus, ITEMS))
        path.write_text(f"sku,price\n{rows}")
        scope = Scope(street, SYSTEM, shop.keyring)
        tally = await import_file(scope, KINDS[Kind.ITEMS], path, Choices(currency="EUR"))
        return tally.outcomes[Outcome.CHANGED]

    buyers = [asyncio.create_task(buy()) for _ in range(3)]
    changed = [await bring(n) for n in range(LISTS)]
    closed.set()
    await asyncio.gather(*buyers)
    await street.close()

    assert changed == [ITEMS] * LISTS
    assert await deadlocks(own_database_url) == 0
    [[waiting, versions]] = await shop.sql(
        "SELECT (SELECT sum(backordered) FROM order_lines), (SELECT sum(version) FROM items)"
    )
    assert (waiting, versions, sold > 0) == (sold, ITEMS * (LISTS + 1), True)
