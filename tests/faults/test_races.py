"""Two people want the same thing at the same moment: one gets it, the other is told."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterable
from typing import Any

from api.domain.fields import Id
from tests.factories import unique
from tests.faults.premises import Premises
from tests.faults.tills import Answer


async def asked(
    street: Premises, turn: int, operation: str, key: str | None = None, **sent: Any
) -> Answer:
    """Ask at one of the tills."""
    tills = street.tills()
    return await tills[turn % len(tills)].ask(operation, key=key, **sent)


def codes(answers: Iterable[Answer]) -> Counter[str]:
    return Counter(answer.code for answer in answers)


async def an_order(street: Premises, quantity: int = 4) -> tuple[Id, Id, str]:
    """An item of which ten were there, the warehouse, and an order of some."""
    chair, warehouse = await street.chairs(10)
    return chair, warehouse, (await street.shop.place((chair, quantity))).id


async def test_b4_orders_race_with_a_correction_downwards_and_nothing_goes_below_zero(
    street: Premises, chance: random.Random
) -> None:
    chair, warehouse = await street.chairs(40)
    place = {"item_id": chair, "location_id": warehouse, "delta": -10, "reason": "broken"}
    calls: list[tuple[str, dict[str, Any]]] = [("adjust_stock", place)] * 4
    calls += [("place_order", {"lines": [{"item_id": chair, "quantity": 1}]})] * 36
    chance.shuffle(calls)

    answers = await asyncio.gather(
        *(asked(street, n, name, unique("key"), **sent) for n, (name, sent) in enumerate(calls))
    )

    assert codes(answers).keys() <= {"", "INSUFFICIENT_STOCK"}
    done = Counter(name for (name, _), answer in zip(calls, answers, strict=True) if answer.done)
    sold, broken = done["place_order"], 10 * done["adjust_stock"]
    assert await street.shop.books(chair) == {warehouse: (40 - sold - broken, sold)}
    assert sold == 36 or 40 - sold - broken < 10
    assert done["adjust_stock"] == 4 or 40 - sold - broken < 10


async def test_b4_orders_race_with_a_count_and_the_count_is_of_what_was_there(
    street: Premises, chance: random.Random
) -> None:
    chair, warehouse = await street.chairs(30)
    count = {"item_id": chair, "location_id": warehouse, "on_hand": 12, "expected_quantity": 30}
    calls: list[tuple[str, dict[str, Any]]] = [("set_stock", count)] * 3
    calls += [("place_order", {"lines": [{"item_id": chair, "quantity": 1}]})] * 25
    chance.shuffle(calls)

    answers = await asyncio.gather(
        *(asked(street, n, name, unique("key"), **sent) for n, (name, sent) in enumerate(calls))
    )

    told: dict[str, Counter[str]] = {"set_stock": Counter(), "place_order": Counter()}
    for (name, _), answer in zip(calls, answers, strict=True):
        told[name][answer.code] += 1
    sold = told["place_order"][""]
    if told["set_stock"][""]:
        assert told["set_stock"] == {"": 1, "STALE_QUANTITY": 2}
        assert (sold, await street.shop.books(chair)) == (12, {warehouse: (0, 12)})
    else:
        assert told["set_stock"] == {"BELOW_COMMITTED": 3}
        assert (sold, await street.shop.books(chair)) == (25, {warehouse: (5, 25)})
    assert told["place_order"].keys() <= {"", "INSUFFICIENT_STOCK"}


async def test_b5_twenty_cancellations_of_one_order_give_its_stock_back_once(
    street: Premises,
) -> None:
    chair, warehouse, order = await an_order(street)

    answers = await asyncio.gather(
        *(asked(street, n, "cancel_order", order_id=order) for n in range(20))
    )

    assert codes(answers) == {"": 1, "INVALID_TRANSITION": 19}
    assert await street.shop.books(chair) == {warehouse: (10, 0)}
    assert (await street.events("order.cancelled"))[Id(order)] == 1


async def test_b6_an_order_that_is_cancelled_and_sent_at_once_is_one_of_the_two(
    street: Premises,
) -> None:
    for n in range(6):
        chair, warehouse, order = await an_order(street)
        cancelled, sent = await asyncio.gather(
            asked(street, n, "cancel_order", order_id=order),
            asked(street, n + 1, "fulfill_order", unique("key"), order_id=order),
        )

        assert codes([cancelled, sent]) == {"": 1, "INVALID_TRANSITION": 1}
        left = (10, 0) if cancelled.done else (6, 0)
        assert await street.shop.books(chair) == {warehouse: left}
        ended = [await street.events(f"order.{end}") for end in ("cancelled", "completed")]
        assert [events[Id(order)] for events in ended] == [int(cancelled.done), int(sent.done)]


async def test_an_order_sent_ten_times_at_once_leaves_once(street: Premises) -> None:
    chair, warehouse, order = await an_order(street)

    answers = await asyncio.gather(
        *(asked(street, n, "fulfill_order", unique("key"), order_id=order) for n in range(10))
    )

    assert codes(answers) == {"": 1, "INVALID_TRANSITION": 9}
    assert await street.shop.books(chair) == {warehouse: (6, 0)}


async def test_b8_of_two_changes_to_one_version_one_is_refused_and_no_field_is_lost(
    street: Premises,
) -> None:
    for n in range(4):
        item = await street.shop.item()
        answers = await asyncio.gather(
            asked(street, n, "update_item", item_id=item, expected_version=1, name="Oak"),
            asked(street, n + 1, "update_item", item_id=item, expected_version=1, name="Elm"),
        )

        assert codes(answers) == {"": 1, "VERSION_CONFLICT": 1}
        kept = await street.shop.sql("SELECT name, version FROM items WHERE id = :i", i=item[-32:])
        assert [tuple(row) for row in kept] == [("Oak" if answers[0].done else "Elm", 2)]


async def test_b11_fifty_at_once_make_one_item_of_one_sku(street: Premises) -> None:
    sku = unique("CHAIR")

    answers = await asyncio.gather(
        *(asked(street, n, "create_item", sku=sku, name="Oak chair") for n in range(50))
    )

    assert codes(answers) == {"": 1, "DUPLICATE": 49}


async def test_first_deliveries_to_one_empty_shelf_share_it(street: Premises) -> None:
    chair, warehouse = await street.shop.item(), await street.shop.location()
    place = {"item_id": chair, "location_id": warehouse, "delta": 1, "reason": "found"}

    answers = await asyncio.gather(
        *(asked(street, n, "adjust_stock", unique("key"), **place) for n in range(12))
    )

    assert codes(answers) == {"": 12}
    assert await street.shop.books(chair) == {warehouse: (12, 0)}
