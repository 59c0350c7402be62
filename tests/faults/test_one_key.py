"""One key, sent many times at once through every till: one effect, one answer."""

import asyncio
from collections import Counter

from tests.faults.premises import Premises, once_each
from tests.faults.tills import RestTill


async def test_fifty_calls_with_one_key_over_both_faces_are_one_order(street: Premises) -> None:
    chair, warehouse = await street.chairs(10)
    caller = street.buyer((chair, 3))

    await asyncio.gather(*(caller.once(turn) for turn in range(52)))
    answers = caller.answers

    assert Counter(answer.code for answer in answers) == {"": 52}
    assert Counter(answer.replayed for answer in answers) == {True: 51, False: 1}
    first = answers[0].result
    assert all(answer.result == first for answer in answers)
    assert len({answer.body for answer in answers if answer.status == 201}) == 1
    assert Counter(answer.status for answer in answers) == {200: 26, 201: 26}
    assert await street.shop.books(chair) == {warehouse: (7, 3)}
    await once_each(street, [caller])


async def test_a_key_sent_by_two_people_at_once_is_two_keys(street: Premises) -> None:
    chair, warehouse = await street.chairs(10)
    till = street.tills()[0]
    assert isinstance(till, RestTill)
    other = RestTill(till.client, till.url, await street.another_manager())
    one, two = street.buyer((chair, 1), at=[till]), street.buyer((chair, 1), at=[other])
    two.key = one.key

    await asyncio.gather(*(caller.once() for caller in [one, two] * 5))

    await once_each(street, [one, two])
    assert await street.shop.books(chair) == {warehouse: (8, 2)}


async def test_a_key_sent_at_once_for_two_different_orders_serves_one_of_them(
    street: Premises,
) -> None:
    chair, warehouse = await street.chairs(10)
    one, two = street.buyer((chair, 1)), street.buyer((chair, 2))
    two.key = one.key

    calls = (caller.once(n) for n, caller in enumerate([one, two] * 10))
    answers = await asyncio.gather(*calls)

    assert Counter(answer.code for answer in answers) == {"": 10, "IDEMPOTENCY_MISMATCH": 10}
    winner = one if one.promised else two
    await once_each(street, [winner])
    sold = winner.sent["lines"][0]["quantity"]
    assert await street.shop.books(chair) == {warehouse: (10 - sold, sold)}
