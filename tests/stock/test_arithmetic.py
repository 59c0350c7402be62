"""Any run of commands comes out as sums on paper do."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest

from api.database import Database
from api.domain.books import audit
from api.domain.fields import Id
from api.domain.stock.errors import InsufficientStock
from api.domain.stock.reads import Posting
from tests.stock.warehouse import Shelf

Act = Callable[[], Awaitable[Posting]]
Change = dict[str, int]


def some_change(chance: random.Random, shelf: Shelf, done: dict[Id, Change]) -> tuple[Change, Act]:
    """Something that a hand may do next, and what it does to each bucket."""
    number = chance.randint(1, 9)
    one, other = chance.sample(["AVAILABLE", "DAMAGED", "QUALITY_HOLD"], 2)
    match chance.choice(["receive", "adjust", "adjust", "move", "move", "reverse"]):
        case "receive":
            return {one: number}, lambda: shelf.receive(number, bucket=one)
        case "adjust":
            return {one: -number}, lambda: shelf.adjust(-number, bucket=one)
        case "reverse" if done:
            posting_id = chance.choice(list(done))
            opposite = {bucket: -delta for bucket, delta in done.pop(posting_id).items()}
            return opposite, lambda: shelf.reverse(posting_id)
    return {one: -number, other: number}, lambda: shelf.move(number, one, other)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_any_run_of_commands_leaves_what_plain_arithmetic_says(
    shelf: Shelf, database: Database, seed: int
) -> None:
    chance = random.Random(seed)
    plain = Counter(AVAILABLE=0, DAMAGED=0, QUALITY_HOLD=0)
    done: dict[Id, Change] = {}
    for _ in range(60):
        change, act = some_change(chance, shelf, done)
        after = {bucket: plain[bucket] + change.get(bucket, 0) for bucket in plain}
        if min(after.values()) < 0:
            with pytest.raises(InsufficientStock):
                await act()
            continue
        posting = await act()
        plain.update(change)
        if posting.kind != "REVERSE":
            done[posting.id] = change

    level = await shelf.level()
    assert (level.available, level.damaged, level.quality_hold) == tuple(plain.values())
    assert level.on_hand == sum(plain.values())
    async with database.read() as connection:
        assert await audit(connection) == []
