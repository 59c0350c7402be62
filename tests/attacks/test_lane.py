"""Heavy requests take turns; all others pass beside them."""

import asyncio
import time
from itertools import pairwise

import pytest

from api.domain.errors import RateLimited, Unavailable
from graphql_schema.http import TransportRefused, bad_request
from graphql_schema.limits.lane import LONGEST_REST, MOST_OF_ONE, MOST_WAITING, REST, Lane

LONG = 0.05


async def heavy(lane: Lane, spans: list[tuple[float, float]], caller: str = "ann") -> None:
    async with lane.turn(True, caller):
        started = time.monotonic()
        await asyncio.sleep(LONG)
        spans.append((started, time.monotonic()))


async def refused(lane: Lane) -> None:
    async with lane.turn(True):
        await asyncio.sleep(LONG)
        raise bad_request("The request must be a JSON object.")


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
    waiting = [asyncio.create_task(heavy(lane, spans, str(n))) for n in range(MOST_WAITING)]
    await asyncio.sleep(0)

    with pytest.raises(Unavailable) as refused:
        async with lane.turn(True, "one more"):
            pass

    assert refused.value.retry_after == 5
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    async with asyncio.timeout(5):
        await heavy(lane, spans)


async def test_who_fills_the_lane_is_refused_and_nobody_else_is() -> None:
    lane, spans = Lane(), list[tuple[float, float]]()
    waiting = [asyncio.create_task(heavy(lane, spans, "ben")) for _ in range(MOST_OF_ONE)]
    await asyncio.sleep(0)

    with pytest.raises(RateLimited):
        await heavy(lane, spans, "ben")
    for task in waiting[2:]:
        task.cancel()
    async with asyncio.timeout(5):
        await heavy(lane, spans, "ann")

    assert len(spans) == 3, "two of Ben's, and Ann's"
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_nobody_rests_after_what_was_not_even_a_request() -> None:
    lane = Lane()
    with pytest.raises(TransportRefused):
        await refused(lane)

    ended = time.monotonic()
    async with lane.turn(True):
        assert time.monotonic() - ended < LONG


async def test_who_waited_long_does_not_keep_the_others_waiting_for_three_times_as_long() -> None:
    lane = Lane()
    async with lane.turn(True):
        await asyncio.sleep(LONGEST_REST * 0.6)

    ended = time.monotonic()
    async with lane.turn(True):
        assert time.monotonic() - ended < LONGEST_REST * 1.5
