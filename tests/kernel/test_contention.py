"""Commands that meet on the same rows, on real connections."""

import asyncio
from collections.abc import Sequence
from typing import cast

import pytest
from sqlalchemy import QueuePool, text

from api.database import Database
from api.domain.actors import SYSTEM
from api.domain.catalog import models
from api.domain.catalog import service as catalog
from api.domain.catalog.commands import CreateItem
from api.domain.errors import Busy, Unavailable
from api.domain.fields import Id, ItemId
from api.domain.keyring import Keyring
from api.domain.scope import Scope
from tests.conftest import SECRET, MakeScope
from tests.factories import unique
from tests.kernel.lab import declared


async def _two_items(scope: Scope) -> Sequence[Id]:
    return [
        (await scope.run(catalog.create_item, CreateItem(sku=unique("S"), name="Chair"))).id
        for _ in range(2)
    ]


async def _version(scope: Scope, id: Id) -> int:
    return (await scope.run(catalog.get_item, id)).version


async def test_of_two_that_wait_for_each_other_one_is_tried_again(scope_of: MakeScope) -> None:
    first, second = await _two_items(scope_of())
    attempts: list[Id] = []
    both_hold_one = asyncio.Barrier(2)

    @declared()
    async def touch_both(scope: Scope, item_id: ItemId, other_id: ItemId) -> str:
        attempts.append(item_id)
        await scope.lock(models.Item, item_id, "item")
        if len(attempts) <= 2:
            await both_hold_one.wait()
        await scope.lock(models.Item, other_id, "item")
        return "done"

    done = await asyncio.gather(
        scope_of().run(touch_both, first, second), scope_of().run(touch_both, second, first)
    )

    assert list(done) == ["done", "done"]
    assert len(attempts) == 3
    assert await _version(scope_of(), first) == await _version(scope_of(), second) == 3


async def test_of_two_that_cannot_be_put_in_an_order_one_is_tried_again(
    scope_of: MakeScope,
) -> None:
    first, second = await _two_items(scope_of())
    attempts: list[Id] = []
    both_have_read = asyncio.Barrier(2)

    @declared()
    async def copy_name(scope: Scope, item_id: ItemId, from_id: ItemId) -> str:
        attempts.append(item_id)
        await scope.session.execute(text("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))
        source = await scope.session.get(models.Item, from_id)
        assert source
        if len(attempts) <= 2:
            await both_have_read.wait()
        target = await scope.session.get(models.Item, item_id)
        assert target
        target.name = f"{source.name}, again"
        return target.name

    done = await asyncio.gather(
        scope_of().run(copy_name, first, second), scope_of().run(copy_name, second, first)
    )

    assert len(attempts) == 3
    assert sorted(done) == ["Chair, again", "Chair, again, again"]


async def test_a_conflict_that_never_ends_is_given_up_as_busy(scope_of: MakeScope) -> None:
    attempts = 0

    @declared()
    async def fail_to_serialize(scope: Scope) -> None:
        nonlocal attempts
        attempts += 1
        statement = "DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$"
        await scope.session.execute(text(statement))

    with pytest.raises(Busy):
        await scope_of().run(fail_to_serialize)
    assert attempts == 3


async def test_b20_who_waits_too_long_for_a_row_is_told_that_it_is_busy(
    scope_of: MakeScope, hasty: Database
) -> None:
    item, _ = await _two_items(scope_of())
    held, enough = asyncio.Event(), asyncio.Event()

    @declared()
    async def hold(scope: Scope, item_id: ItemId) -> None:
        await scope.lock(models.Item, item_id, "item")
        held.set()
        await enough.wait()

    @declared()
    async def take(scope: Scope, item_id: ItemId) -> None:
        await scope.lock(models.Item, item_id, "item")

    holder = asyncio.create_task(scope_of().run(hold, item))
    await held.wait()
    with pytest.raises(Busy):
        await Scope(hasty, SYSTEM, Keyring(SECRET.encode())).run(take, item)
    enough.set()
    await holder

    await Scope(hasty, SYSTEM, Keyring(SECRET.encode())).run(take, item)
    assert await _version(scope_of(), item) == 3


async def test_b21_what_takes_too_long_is_cut_short_and_the_connection_comes_back(
    hasty: Database,
) -> None:
    @declared()
    async def dawdle(scope: Scope) -> None:
        await scope.session.execute(text("SELECT pg_sleep(5)"))

    scope = Scope(hasty, SYSTEM, Keyring(SECRET.encode()))
    with pytest.raises(Unavailable):
        await scope.run(dawdle)

    await hasty.ping()
    assert cast("QueuePool", hasty.engine.pool).checkedout() == 0
