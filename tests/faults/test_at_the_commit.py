"""A server that is killed at the very commit: just before it, or just after it and before the
answer.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from sqlalchemy import make_url

from tests.faults.premises import PATIENT, Premises, once_each
from tests.faults.tills import Caller, GraphQLTill, RestTill

LOCK = 14_15
BEFORE, AFTER = "", "DEFERRABLE INITIALLY DEFERRED"
"""When the trigger of an order's event waits: as the last statement writes it, or in the commit."""
HOLD = f"""
CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_advisory_xact_lock_shared({LOCK}); RETURN NULL; END';
CREATE CONSTRAINT TRIGGER hold AFTER INSERT ON events {{when}} FOR EACH ROW EXECUTE FUNCTION hold()
"""
HELD = """
SELECT a.query FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND NOT l.granted AND l.database = (
    SELECT oid FROM pg_database WHERE datname = current_database()
)
"""
PROCESSES = (
    "SELECT count(*) FROM pg_stat_activity WHERE query = $1 AND datname = current_database()"
)


@asynccontextmanager
async def held(premises: Premises, when: str) -> AsyncIterator[asyncpg.Connection]:
    """Somebody in whose way every order stops; leaving lets it go on."""
    url = make_url(premises.url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(HOLD.format(when=when))
        await connection.execute(f"SELECT pg_advisory_lock({LOCK})")
        yield connection
    finally:
        await connection.close()


async def stopped(connection: asyncpg.Connection) -> str:
    """What the order's transaction was doing when it came to the lock."""
    for _ in range(600):
        if found := await connection.fetchval(HELD):
            return str(found)
        await asyncio.sleep(0.05)
    raise AssertionError("No order came so far.")


@pytest.mark.parametrize("till", [RestTill, GraphQLTill], ids=["rest", "graphql"])
@pytest.mark.parametrize("when", [BEFORE, AFTER], ids=["before", "after"])
async def test_b14_b15_a_server_killed_at_the_commit_of_an_order_leaves_all_of_it_or_nothing(
    premises: Premises, when: str, till: type[RestTill] | type[GraphQLTill]
) -> None:
    doomed, survivor = await premises.serve(2, **PATIENT)
    chair, warehouse = await premises.chairs(10)
    buyer = premises.buyer((chair, 2), at=[till(premises.client, doomed.url, premises.bearer)])

    async with held(premises, when) as lock:
        cut = asyncio.create_task(buyer.tills[0].ask("place_order", key=buyer.key, **buyer.sent))
        doing = await stopped(lock)
        doomed.kill()
        assert (await cut).status is None
        assert await premises.orders_of([chair]) == []  # nobody sees it yet
        await lock.execute(f"SELECT pg_advisory_unlock({LOCK})")
        async with asyncio.timeout(30):
            while await lock.fetchval(PROCESSES, doing):
                await asyncio.sleep(0.05)

    assert (doing == "COMMIT") is (when == AFTER)
    found = await premises.orders_of([chair])
    sold = 2 if when == AFTER else 0
    assert len(found) == sold / 2
    assert await premises.shop.books(chair) == {warehouse: (10 - sold, sold)}
    assert await premises.differences() == []
    again = Caller(
        [till(premises.client, survivor.url, premises.bearer)], "place_order", buyer.key, buyer.sent
    )
    answer = await again.insist()
    assert answer.replayed is (when == AFTER)
    assert answer.result
    assert not found or [answer.result["id"]] == found
    await once_each(premises, [again])
    assert await premises.shop.books(chair) == {warehouse: (8, 2)}
