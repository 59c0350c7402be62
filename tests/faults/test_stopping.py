"""A server that is asked to stop, or is not even asked."""

import asyncio
import os
import signal

import psutil
from sqlalchemy import text

from tests.conftest import SECRET
from tests.faults.premises import PATIENT, Premises, once_each
from tests.faults.servers import Server, runs, wait_until
from tests.faults.tills import in_turns

GRACE_SECONDS = 10


async def test_orders_under_way_are_finished_before_the_server_stops(premises: Premises) -> None:
    (server,) = await premises.serve(1, **PATIENT)
    chair, warehouse = await premises.chairs(100)
    callers = [premises.buyer((chair, 1)) for _ in range(6)]
    async with premises.database.write() as session:
        await session.execute(text("SELECT FROM stock_levels FOR UPDATE"))
        orders = [asyncio.create_task(caller.once(n)) for n, caller in enumerate(callers)]
        await waiting(premises, len(callers))
        server.terminate()
        await asyncio.sleep(1)
        assert server.alive
        await session.commit()
    answers = await asyncio.gather(*orders)

    assert [answer.code for answer in answers if answer.done] == [""] * len(callers)
    assert await asyncio.to_thread(server.seconds_to_end) <= GRACE_SECONDS
    await once_each(premises, callers)
    assert await premises.shop.books(chair) == {warehouse: (94, 6)}


async def waiting(premises: Premises, number: int) -> None:
    """Until so many transactions of the servers wait for a lock."""
    held = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    for _ in range(600):
        if (await premises.shop.sql(held))[0][0] >= number:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"There are never {number} waiting.")


async def test_a_server_asked_to_stop_among_orders_leaves_each_of_them_whole(
    premises: Premises,
) -> None:
    leaving, staying = await premises.serve(2)
    chair, _ = await premises.chairs(1000)
    callers = [premises.buyer((chair, 1)) for _ in range(80)]

    stream = asyncio.create_task(in_turns(callers, at_once=8))
    while sum(bool(caller.promised) for caller in callers) < 30:
        await asyncio.sleep(0.01)
    leaving.terminate()
    assert await asyncio.to_thread(leaving.seconds_to_end) <= GRACE_SECONDS
    await stream

    assert staying.alive
    assert max(leaving.statuses()) < 500
    await once_each(premises, callers)


async def test_up_that_was_killed_leaves_nothing_in_the_way_of_the_next(
    premises: Premises,
) -> None:
    data = premises.folder / "data"
    shop = Server(
        premises.folder / "up.log",
        {"STOCKROOM_SECRET": SECRET, "DATABASE_URL": ""},
        ("up", "--no-demo", "--data", str(data), "--workers", "2"),
    )
    try:
        shop.start()
        await asyncio.to_thread(shop.await_ready)
        workers, postgres = shop.workers(), postmaster_of(data)
        assert len(workers) == 2
        shop.kill()
        wait_until(lambda: not any(map(runs, workers)), lambda: f"Still there: {workers}")
        assert runs(postgres)

        shop.start()
        await asyncio.to_thread(shop.await_ready)
        assert postmaster_of(data) == postgres

        shop.terminate()
        await asyncio.to_thread(shop.seconds_to_end)
        assert not runs(postgres)
    finally:
        await asyncio.to_thread(shop.clear_away)
        if (data / "postgres" / "postmaster.pid").exists():
            os.kill(postmaster_of(data).pid, signal.SIGQUIT)


def postmaster_of(data: os.PathLike[str]) -> psutil.Process:
    """The PostgreSQL that works in a data folder."""
    with open(os.path.join(data, "postgres", "postmaster.pid")) as file:
        return psutil.Process(int(file.readline()))
