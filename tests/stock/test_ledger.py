"""Many hands on the same shelves."""

import asyncio
import random
from collections import Counter

import pytest
from sqlalchemy import text

from api.database import Database
from api.domain.books import audit
from api.domain.fields import Id
from api.domain.scope import Scope
from api.domain.stock import ledger
from api.domain.stock.errors import InsufficientStock
from api.domain.stock.models import PostingKind
from api.domain.stock.moves import Move
from tests.conftest import MakeScope
from tests.stock.warehouse import Shelf, command


async def test_the_last_chairs_are_taken_once_however_many_take_at_once(
    scope_of: MakeScope, shelf: Shelf, database: Database
) -> None:
    await shelf.receive(5)
    takers = [Shelf(scope_of(), shelf.item_id, shelf.location_id) for _ in range(9)]

    ends = await asyncio.gather(*(taker.adjust(-1) for taker in takers), return_exceptions=True)

    taken = [end for end in ends if not isinstance(end, BaseException)]
    refused = [end for end in ends if isinstance(end, BaseException)]
    assert len(taken) == 5
    assert [type(end) for end in refused] == [InsufficientStock] * 4
    assert sorted(post.movements[0].available_after for post in taken) == [0, 1, 2, 3, 4]
    assert (await shelf.level()).available == 0
    async with database.read() as connection:
        assert await audit(connection) == []


async def test_the_first_chairs_come_in_by_two_doors_at_once(
    scope_of: MakeScope, shelf: Shelf
) -> None:
    doors = [Shelf(scope_of(), shelf.item_id, shelf.location_id) for _ in range(6)]

    await asyncio.gather(*(door.receive(2) for door in doors))

    level = await shelf.level()
    assert (level.on_hand, level.version) == (12, 6)


async def test_a_posting_is_undone_once_however_many_undo_it_at_once(
    scope_of: MakeScope, shelf: Shelf
) -> None:
    await shelf.receive(10)
    lost = await shelf.adjust(-3)
    hands = [Shelf(scope_of(), shelf.item_id, shelf.location_id) for _ in range(5)]

    ends = await asyncio.gather(*(hand.reverse(lost.id) for hand in hands), return_exceptions=True)

    codes = Counter(getattr(end, "code", type(end).__name__) for end in ends)
    assert codes == {"Posting": 1, "ALREADY_REVERSED": 4}
    assert (await shelf.level()).available == 10


async def test_hands_that_reach_for_the_same_shelves_in_any_order_never_wait_in_a_ring(
    scope_of: MakeScope, scope: Scope, database: Database
) -> None:
    shelves = [await Shelf.new(scope) for _ in range(4)]
    pairs = [(shelf.item_id, shelf.location_id) for shelf in shelves]
    for shelf in shelves[:2]:
        await shelf.receive(50)

    async def hand(seed: int) -> None:
        order = random.Random(seed)

        async def shift(scope: Scope) -> None:
            chosen = order.sample(pairs, 3)
            levels = await ledger.lock_levels(scope, chosen, create=True)
            moves = [Move(levels[pair].id, available=1) for pair in chosen]
            await ledger.post(scope, PostingKind.ADJUST, moves)

        mine = scope_of()
        for _ in range(5):
            await command(mine, shift)

    deadlocks = await _deadlocks(database)
    await asyncio.gather(*(hand(seed) for seed in range(6)))

    assert await _deadlocks(database) == deadlocks
    on_hand = [(await shelf.level()).on_hand for shelf in shelves]
    assert sum(on_hand) == 100 + 6 * 5 * 3


async def _deadlocks(database: Database) -> int:
    async with database.read() as connection:
        await connection.execute(text("SELECT pg_stat_force_next_flush()"))
        counted = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        return int((await connection.execute(text(counted))).scalar_one())


async def test_a_posting_over_several_shelves_is_written_whole_or_not_at_all(
    scope: Scope,
) -> None:
    full, empty = await Shelf.new(scope), await Shelf.new(scope)
    for shelf in (full, empty):
        await shelf.receive(5)
    ids = [(await shelf.level()).id for shelf in (full, empty)]

    async def take(scope: Scope, amounts: list[int]) -> Id:
        await ledger.lock_levels_by_id(scope, ids)
        moves = [Move(id, available=-n) for id, n in zip(ids, amounts, strict=True)]
        return await ledger.post(scope, PostingKind.ADJUST, moves, reference=("order", "o-1"))

    with pytest.raises(InsufficientStock) as refused:
        await command(scope, lambda scope: take(scope, [6, 7]))
    assert [short.requested for short in refused.value.shortages] == [6, 7]
    with pytest.raises(InsufficientStock):
        await command(scope, lambda scope: take(scope, [1, 6]))
    assert [(await shelf.level()).available for shelf in (full, empty)] == [5, 5]

    await command(scope, lambda scope: take(scope, [1, 2]))
    assert [(await shelf.level()).available for shelf in (full, empty)] == [4, 3]


async def test_demand_for_one_shelf_is_added_up_before_it_is_judged(shelf: Shelf) -> None:
    level_id = (await shelf.receive(5)).movements[0].level_id

    async def take_twice(scope: Scope) -> None:
        await ledger.lock_levels_by_id(scope, [level_id])
        await ledger.post(scope, PostingKind.ADJUST, [Move(level_id, available=-3)] * 2)

    with pytest.raises(InsufficientStock) as refused:
        await command(shelf.scope, take_twice)
    assert refused.value.shortages[0].requested == 6


async def test_two_postings_in_one_transaction_follow_each_other(shelf: Shelf) -> None:
    level_id = (await shelf.receive(5)).movements[0].level_id

    async def take_twice(scope: Scope) -> None:
        await ledger.lock_levels_by_id(scope, [level_id])
        for _ in range(2):
            await ledger.post(scope, PostingKind.ADJUST, [Move(level_id, available=-2)])

    await command(shelf.scope, take_twice)
    assert (await shelf.level()).available == 1
    with pytest.raises(InsufficientStock):
        await command(shelf.scope, take_twice)


async def test_a_posting_takes_one_statement(shelf: Shelf, statements: list[str]) -> None:
    level_id = (await shelf.receive(5)).movements[0].level_id
    statements.clear()

    async def take(scope: Scope) -> None:
        await ledger.lock_levels_by_id(scope, [level_id])
        await ledger.post(scope, PostingKind.ADJUST, [Move(level_id, available=-1)])

    await command(shelf.scope, take)
    assert len(statements) == 2


async def test_a_shelf_that_was_not_locked_is_not_written(shelf: Shelf) -> None:
    level_id = (await shelf.receive(5)).movements[0].level_id

    async def take(scope: Scope) -> None:
        await ledger.post(scope, PostingKind.ADJUST, [Move(level_id, available=-1)])

    with pytest.raises(KeyError):
        await command(shelf.scope, take)
