"""PostgreSQL crashes under load and comes back: callers wait, and nothing that was promised is
lost.
"""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults.cellars import address_of, crash, dug
from tests.faults.premises import Premises, once_each, opened
from tests.faults.tills import Answer, Caller, in_turns

CALLERS = 60


@pytest.fixture
async def cellar() -> AsyncIterator[Path]:
    """The folder of a PostgreSQL that keeps what it has said to keep."""
    async with dug() as folder:
        yield folder


@pytest.mark.parametrize("how", [signal.SIGQUIT, signal.SIGKILL])
async def test_b17_orders_go_on_when_postgresql_crashes_and_comes_back(
    cellar: Path, how: signal.Signals
) -> None:
    async with opened(address_of(cellar)) as premises:
        servers = await premises.serve(2)
        chair, warehouse = await premises.chairs(1000)
        callers = [premises.buyer((chair, 2)) for _ in range(CALLERS)]
        processes = [server.process for server in servers]

        stream = asyncio.create_task(in_turns(callers, at_once=10))
        for share in (4, 2):
            while sum(bool(caller.promised) for caller in callers) < CALLERS // share:
                await asyncio.sleep(0.01)
            await asyncio.to_thread(crash, cellar, how)
        await stream
        answers = [answer for caller in callers for answer in caller.answers]

        assert strange(answers) == []
        assert any(answer.code == "UNAVAILABLE" for answer in answers)
        assert [server.process for server in servers] == processes
        assert all(server.alive for server in servers)
        await premises.database.close()  # what it had open was cut as well
        await once_each(premises, callers)
        await replayed(premises, callers)
        assert await premises.shop.books(chair) == {warehouse: (1000 - 2 * CALLERS, 2 * CALLERS)}


def strange(answers: list[Answer]) -> list[Answer]:
    """What is neither an order nor a request to come again."""
    return [
        answer
        for answer in answers
        if not answer.done
        and not (answer.code == "UNAVAILABLE" and answer.retry_after)
        and answer.code not in ("BUSY", "IDEMPOTENCY_IN_PROGRESS")
    ]


async def replayed(premises: Premises, callers: list[Caller]) -> None:
    """What was promised before the crashes is answered from memory after them."""
    for turn, caller in enumerate(callers[:20]):
        assert (await caller.insist(turn)).replayed
    await once_each(premises, callers)
