"""The counting itself: a minute slides, it does not jump."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from api.budgets import Budget, OwnPurses, Spent

BUDGET = Budget(1_000, 60)


async def test_points_are_gone_until_time_passes() -> None:
    purses = OwnPurses(3_600)
    budget = Budget(100, 3_600)

    answers = [await purses.take("ann", budget, 40) for _ in range(3)]

    assert [answer.remaining for answer in answers] == [60, 20, 20]
    assert [answer.wait > 0 for answer in answers] == [False, False, True]
    assert (await purses.take("ben", budget, 40)).remaining == 60


async def test_what_was_spent_comes_back() -> None:
    purses, budget = OwnPurses(1), Budget(100, 1)
    refused = await purses.take("ann", budget, 101)
    while (await purses.take("ann", budget, 10)).wait == 0:
        pass  # until nothing is left

    await asyncio.sleep(2)

    assert refused.wait >= 1
    assert (await purses.take("ann", budget, 100)).wait == 0


@given(
    before=st.integers(0, 1_000),
    now=st.integers(0, 1_000),
    left=st.floats(0.01, 60),
    cost=st.integers(1, 1_000),
)
def test_who_waits_as_long_as_told_is_served(before: int, now: int, left: float, cost: int) -> None:
    spent = Spent(before, now, left)
    if before * left / 60 + now + cost <= BUDGET.points:
        return
    wait = spent.standing(BUDGET, cost).wait

    assert 1 <= wait <= 121
    if wait < left:
        there = before * (left - wait) / 60 + now
    else:
        there = now * max(0.0, 60 - (wait - left)) / 60
    assert there + cost <= BUDGET.points + 1e-6
