"""A rival acts just before each statement of an order in turn, and the books stay right."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.util import await_only

from api.database import Database
from api.domain.actors import Role
from api.domain.catalog import service as catalog
from api.domain.connections import Copier, Transaction
from api.domain.fields import Id
from api.domain.orders import service as orders
from api.domain.orders.commands import CancelOrder, FulfillOrder
from api.domain.orders.reads import Order
from api.domain.refusals import StockroomError
from api.domain.scope import Scope, Terms
from api.domain.statements import Driver
from api.domain.stock import service as stock
from api.domain.stock.commands import AdjustStock
from api.settings import Settings
from tests.orders.shop import Shop, placing

Act = Callable[[], Awaitable[Any]]


@dataclass
class Seams:
    """The places between the statements of a command; at one of them the rival acts."""

    at: int
    rival: Act
    passed: int = 0

    async def reached(self) -> None:
        self.passed += 1
        if self.passed == self.at:
            await self.rival()


@dataclass
class SeamedDriver:
    """The driver's connection, with a seam before each statement."""

    driver: Driver
    seams: Seams

    async def fetch(self, query: str, *args: Any) -> Any:
        await self.seams.reached()
        return await self.driver.fetch(query, *args)

    async def execute(self, query: str) -> str:
        await self.seams.reached()
        return await self.driver.execute(query)

    def is_closed(self) -> bool:
        return self.driver.is_closed()


@dataclass
class SeamedTransaction:
    """A transaction, with a seam before each statement of the session too, and before COMMIT."""

    work: Transaction
    seams: Seams
    driver: SeamedDriver = field(init=False)

    def __post_init__(self) -> None:
        self.driver = SeamedDriver(self.work.driver, self.seams)

    @property
    def session(self) -> AsyncSession:
        return self.work.session

    async def flush(self) -> None:
        await self.work.flush()

    async def commit(self) -> None:
        await self.seams.reached()
        await self.work.commit()


@dataclass
class Seamed:
    """The shop's database, for the one command in which the rival acts."""

    database: Database
    seams: Seams

    def reader(self) -> AbstractAsyncContextManager[Driver]:
        return self.database.reader()

    def exporter(self) -> AbstractAsyncContextManager[Copier]:
        return self.database.exporter()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[SeamedTransaction]:
        def before(*_: object) -> None:
            await_only(self.seams.reached())

        engine = self.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", before)
        try:
            async with self.database.transaction() as work:
                yield SeamedTransaction(work, self.seams)
        finally:
            event.remove(engine, "before_cursor_execute", before)


@pytest.fixture
async def rivals(settings: Settings) -> AsyncIterator[Shop]:
    """The same shop, for those who give up a lock after 50 ms: nobody can wait for a rival that
    waits for oneself.
    """
    database = Database(settings.model_copy(update={"lock_timeout_ms": 50}))
    yield await Shop.open(database)
    await database.close()


async def done(act: Awaitable[Any]) -> bool:
    """Whether it was done; refused is fine, broken is not."""
    try:
        await act
    except StockroomError:
        return False
    return True


async def outcomes(shop: Shop, prepare: Callable[[], Awaitable[tuple[Any, Act]]]) -> list[Any]:
    """For each seam of a command whether it was done, and whether its rival's act was."""
    found: list[Any] = []
    while True:
        command, rival = await prepare()
        rival_done: list[bool] = []

        async def act(rival: Act = rival, told: list[bool] = rival_done) -> None:
            told.append(await done(rival()))

        seams = Seams(len(found) + 1, act)
        scope = Scope(Seamed(shop.database, seams), shop.clerk, shop.keyring)
        operation, *args = command
        ours = await done(scope.run(operation, *args, terms=Terms(uuid4().hex)))
        await scope.close()
        if not rival_done:
            return found
        found.append((ours, rival_done[0]))


async def test_b13_two_buyers_of_the_same_chairs_meet_at_every_seam(
    shop: Shop, rivals: Shop
) -> None:
    async def prepare() -> tuple[Any, Act]:
        chair, _ = await stocked(shop)
        return (orders.place_order, placing((chair, 4))), lambda: rivals.place((chair, 4))

    found = await outcomes(shop, prepare)

    assert len(found) >= 5
    assert all(ours != theirs for ours, theirs in found), "one of them has the chairs"
    assert {ours for ours, _ in found} == {True, False}


async def test_b13_b4_a_correction_meets_an_order_at_every_seam(shop: Shop, rivals: Shop) -> None:
    manager = await shop.login(Role.MANAGER)

    async def prepare() -> tuple[Any, Act]:
        chair, barn = await stocked(shop)
        values = {"item_id": chair, "location_id": barn, "delta": -3, "reason": "Rain."}
        loss = AdjustStock.model_validate(values)
        order = (orders.place_order, placing((chair, 4)))
        return order, lambda: rivals.run(stock.adjust_stock, loss, by=manager)

    found = await outcomes(shop, prepare)

    assert len(found) >= 5
    assert all(ours != theirs for ours, theirs in found), "what was sold was not lost"


async def test_b13_an_item_is_archived_at_every_seam_of_its_order(shop: Shop, rivals: Shop) -> None:
    manager = await shop.login(Role.MANAGER)

    async def prepare() -> tuple[Any, Act]:
        chair, _ = await stocked(shop)

        async def archive() -> None:
            scope = Scope(rivals.database, manager, rivals.keyring)
            await scope.run(catalog.archive_item, chair, terms=Terms(any_version=True))
            await scope.close()

        return (orders.place_order, placing((chair, 4))), archive

    found = await outcomes(shop, prepare)

    assert len(found) >= 5
    assert (False, True) in found, "what was archived first is not sold"


async def test_b13_b6_an_order_is_cancelled_at_every_seam_of_its_fulfillment(
    shop: Shop, rivals: Shop
) -> None:
    async def prepare() -> tuple[Any, Act]:
        chair, _ = await stocked(shop)
        order = await shop.place((chair, 4))

        async def cancel() -> Order:
            return await rivals.run(orders.cancel_order, order.id, CancelOrder(), by=rivals.clerk)

        return (orders.fulfill_order, order.id, FulfillOrder()), cancel

    found = await outcomes(shop, prepare)

    assert len(found) >= 5
    assert all(ours != theirs for ours, theirs in found), "sent or cancelled, never both"


async def stocked(shop: Shop) -> tuple[Id, Id]:
    """Five chairs, and where they stand."""
    barn, chair = await shop.location(), await shop.item()
    await shop.receive(chair, barn, 5)
    return chair, barn
