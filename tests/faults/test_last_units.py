"""Many buyers, few units: what is sold is what there was."""

import asyncio
import os
import random
import time
from collections import Counter

from tests.faults.premises import PATIENT, Premises, once_each
from tests.faults.tills import Caller, in_turns

ORDERS = int(os.environ.get("STOCKROOM_TEST_ORDERS", "300"))  # 2000 is the figure promised


async def test_b1_two_hundred_buyers_of_the_last_fifty_chairs_take_exactly_fifty(
    street: Premises,
) -> None:
    chair, warehouse = await street.chairs(50)
    buyers = [street.buyer((chair, 1)) for _ in range(200)]

    since = time.monotonic()
    answers = await asyncio.gather(*(buyer.once(n) for n, buyer in enumerate(buyers)))
    report(buyers, since)

    assert Counter(answer.code for answer in answers) == {"": 50, "INSUFFICIENT_STOCK": 150}
    assert Counter(answer.status for answer in answers).keys() == {200, 201, 409}
    assert await street.shop.books(chair) == {warehouse: (0, 50)}
    await once_each(street, [buyer for buyer in buyers if buyer.promised])


async def test_b3_orders_with_their_lines_in_any_order_never_deadlock(
    premises: Premises, chance: random.Random
) -> None:
    await premises.serve(2, **PATIENT)
    shop = premises.shop
    items = [await shop.item() for _ in range(20)]
    for location in [await shop.location(priority=n) for n in (1, 1, 2)]:
        for item in items:
            await shop.receive(item, location, ORDERS // 12)
    wants = [
        [(chance.choice(items), chance.randint(1, 3)) for _ in range(chance.randint(2, 5))]
        for _ in range(ORDERS)
    ]
    buyers = [premises.buyer(*want) for want in wants]

    since = time.monotonic()
    answers = await in_turns(buyers, at_once=32)
    report(buyers, since)

    assert {answer.code for answer in answers} == {"", "INSUFFICIENT_STOCK"}
    assert max(premises.statuses()) < 500
    for want, answer in zip(wants, answers, strict=True):
        if answer.result:
            lines = answer.result["lines"]
            assert [(line["item_id"], line["allocated"]) for line in lines] == want
    await once_each(premises, [buyer for buyer in buyers if buyer.promised])
    assert await premises.deadlocks() == 0


def report(buyers: list[Caller], since: float) -> None:
    answers = Counter((a.status, a.code) for buyer in buyers for a in buyer.answers)
    print(f"{len(buyers) / (time.monotonic() - since):.0f} a second: {dict(answers)}")  # noqa: T201
