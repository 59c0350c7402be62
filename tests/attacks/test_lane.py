"""Heavy requests take turns; all others pass beside them."""

import asyncio
import time
from itertools import pairwise

import pytest

from api.domain.errors import Unavailable
from graphql_schema.limits.lane import MOST_WAITING, REST, Lane

LONG = 0.05


async def heavy(lane: Lane, spans: list[tuple[float, float]]) -> None:
    async with lane.turn(True):
        started = time.monotonic()
        await asyncio.sleep(LONG)
        spans.append((started, time.monotonic()))


async def test_heavy_requests_pass_one_by_one_with_a_rest_after_each() -> None:
    lane, spans = Lane(), list[tuple[float, float]]()

    await asyncio.gather(*(heavy(lane, spans) for _ in range(3)))

    for (_, ended), (begun, _) in pairwise(spans):
        assert begun - ended >= LONG * REST * 0.9


async def test_light_requests_wait_for_nobody() -> None:
    lane = Lane()
    slow = asyncio.create_task(heavy(lane, []))
    await asyncio.sleep(0)

    async with lane.turn(False):
        assert not slow.done()
    await slow


async def test_a_turn_within_a_turn_is_the_same_turn() -> None:
    lane = Lane()

    async with asyncio.timeout(1), lane.turn(True), lane.turn(True):
        pass


async def test_too_many_who_wait_are_told_to_come_again() -> None:
    lane, spans = Lane(), list[tuple[float, float]]()
    waiting = [asyncio.create_task(heavy(lane, spans)) for _ in range(MOST_WAITING)]
    await asyncio.sleep(0)

    with pytest.raises(Unavailable) as refused:
        async with lane.turn(True):
            pass

    assert refused.value.retry_after == 5
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    async with asyncio.timeout(5):
        await heavy(lane, spans)
