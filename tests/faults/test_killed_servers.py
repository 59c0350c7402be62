"""Servers that die in the middle of their work: what was promised is kept, and done once."""

import asyncio
import random

import psutil

from tests.faults.premises import Premises, once_each
from tests.faults.servers import Server, runs, wait_until
from tests.faults.tills import Caller, in_turns

CALLERS = 80


async def half_done(callers: list[Caller]) -> None:
    """Until half of the callers have been told that it is done."""
    while sum(bool(caller.promised) for caller in callers) < len(callers) // 2:
        await asyncio.sleep(0.01)


async def test_b14_b15_a_server_killed_among_orders_loses_none_and_doubles_none(
    premises: Premises,
) -> None:
    doomed, survivor = await premises.serve(2)
    chair, warehouse = await premises.chairs(1000)
    callers = [premises.buyer((chair, 2)) for _ in range(CALLERS)]

    stream = asyncio.create_task(in_turns(callers, at_once=12))
    await half_done(callers)
    doomed.kill()
    await stream
    assert any(answer.status is None for caller in callers for answer in caller.answers)
    await once_each(premises, callers)

    doomed.start()
    await asyncio.to_thread(doomed.await_ready)
    again = premises.tills(doomed)
    answers = await asyncio.gather(*(caller.insist() for caller in callers[:20]))
    for turn, caller in enumerate(callers[20:60]):
        caller.tills = again
        answers.append(await caller.insist(turn))
    assert all(answer.replayed for answer in answers)
    await once_each(premises, callers)
    assert await premises.shop.books(chair) == {warehouse: (1000 - 2 * CALLERS, 2 * CALLERS)}
    assert survivor.alive


async def test_a_killed_worker_is_replaced_while_the_shop_stays_open(
    premises: Premises, chance: random.Random
) -> None:
    (server,) = await premises.serve(1, "--workers", "2")
    chair, warehouse = await premises.chairs(1000)
    callers = [premises.buyer((chair, 2)) for _ in range(CALLERS)]
    before = workers_of(server, 2)

    stream = asyncio.create_task(in_turns(callers, at_once=12))
    await half_done(callers)
    killed = chance.choice(before)
    killed.kill()
    await stream
    after = await asyncio.to_thread(workers_of, server, 2)

    assert killed not in after
    assert server.alive
    await once_each(premises, callers)
    assert await premises.shop.books(chair) == {warehouse: (1000 - 2 * CALLERS, 2 * CALLERS)}


def workers_of(server: Server, number: int) -> list[psutil.Process]:
    """The workers, once there are so many."""

    def alive() -> list[psutil.Process]:
        return [worker for worker in server.workers() if runs(worker)]

    wait_until(lambda: len(alive()) == number, lambda: f"Not {number} workers: {alive()}")
    return alive()
