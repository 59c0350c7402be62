"""A shop whose tills are in other processes than its books: what a fault happens to."""

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from uuid import UUID

import httpx2

from api.database import Database
from api.domain import tables
from api.domain.actors import Actor, Role
from api.domain.auditing import Difference
from api.domain.books import audit
from api.domain.fields import Id
from api.domain.keyring import Keyring
from api.domain.scope import Scope
from tests.conftest import LASTING, SECRET, settings_for
from tests.factories import unique
from tests.faults.servers import Server
from tests.faults.tills import Caller, GraphQLTill, RestTill, Till
from tests.orders.shop import Shop
from tests.sign_ins import bearer_of

PATIENT = {
    "STOCKROOM_POOL_TIMEOUT_SECONDS": "120",
    "STOCKROOM_LOCK_TIMEOUT_MS": "60000",
    "STOCKROOM_STATEMENT_TIMEOUT_MS": "60000",
}
"""Servers that let everybody wait: then no answer but the books' own can be given."""

assert tables.metadata  # every table, and every check of the audit, is known


@dataclass
class Premises:
    """One database, the servers over it, and a manager who may use all of them."""

    url: str
    folder: Path
    database: Database
    shop: Shop
    bearer: str
    client: httpx2.AsyncClient
    servers: list[Server] = field(default_factory=list)

    @classmethod
    async def open(cls, url: str) -> Self:
        """Nothing serves yet."""
        database = Database(settings_for(url))
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
        shop = await Shop.open(database)
        shop.clerk = await shop.login(Role.MANAGER)
        return cls(
            url,
            Path(tempfile.mkdtemp(prefix="stockroom-faults-")),
            database,
            shop,
            await _bearer(database, shop.clerk),
            httpx2.AsyncClient(limits=limits, timeout=120, trust_env=False),
        )

    async def serve(self, count: int = 1, *arguments: str, **settings: str) -> list[Server]:
        """Start this many servers, each a process of its own."""
        environment = {"DATABASE_URL": self.url, "STOCKROOM_SECRET": SECRET, **settings}
        started = [
            Server(
                self.folder / f"server-{len(self.servers) + n}.log",
                environment,
                ("serve", *arguments),
            )
            for n in range(count)
        ]
        self.servers += started
        for server in started:
            server.start()
        for server in started:
            await asyncio.to_thread(server.await_ready)
        return started

    def tills(self, *servers: Server) -> list[Till]:
        """Both faces of each server."""
        return [
            made(self.client, server.url, self.bearer)
            for made in (RestTill, GraphQLTill)
            for server in servers or self.servers
        ]

    async def another_manager(self) -> str:
        """The `Authorization` of somebody who may do what the manager may."""
        return await _bearer(self.database, await self.shop.login(Role.MANAGER))

    async def chairs(self, quantity: int) -> tuple[Id, Id]:
        """An item, and the warehouse that has so many of it."""
        item, location = await self.shop.item(), await self.shop.location()
        await self.shop.receive(item, location, quantity)
        return item, location

    def buyer(self, *lines: tuple[Id, int], at: Sequence[Till] | None = None) -> Caller:
        """Somebody with an order and a key of their own."""
        sent = [{"item_id": item, "quantity": quantity} for item, quantity in lines]
        tills = self.tills() if at is None else list(at)
        return Caller(tills, "place_order", unique("key"), {"lines": sent})

    async def orders_of(self, items: Iterable[str]) -> list[str]:
        """The ids of all orders with any of these items."""
        rows = await self.shop.sql(
            "SELECT DISTINCT order_id FROM order_lines WHERE item_id = ANY(:items)",
            items=[UUID(item[-32:]) for item in items],
        )
        return sorted(f"order_{row[0].hex}" for row in rows)

    async def events(self, name: str) -> Counter[str]:
        """How often an event of this name was announced, by subject."""
        rows = await self.shop.sql("SELECT subject FROM events WHERE type = :name", name=name)
        return Counter(row[0] for row in rows)

    async def differences(self) -> list[Difference]:
        """What `stockroom audit` would find."""
        async with self.database.read() as connection:
            return await audit(connection)

    async def deadlocks(self) -> int:
        """How many PostgreSQL has counted, once every server's last report is in."""
        for server in self.servers:
            await asyncio.to_thread(server.clear_away)
        counted = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        return int((await self.shop.sql(counted))[0][0])

    def statuses(self) -> Counter[int]:
        """What all servers answered, by their own account."""
        return sum((server.statuses() for server in self.servers), Counter[int]())

    async def close(self) -> None:
        """Stop every server and forget the folder."""
        await self.client.aclose()
        for server in self.servers:
            await asyncio.to_thread(server.clear_away)
        await self.database.close()


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Premises]:
    """A shop whose books must balance in the end, and of which no server may have failed."""
    premises = await Premises.open(url)
    try:
        yield premises
        assert await premises.differences() == []
        assert 500 not in premises.statuses()
    finally:
        await premises.close()
        shutil.rmtree(premises.folder)


async def _bearer(database: Database, person: Actor) -> str:
    assert person.user_id
    return await bearer_of(
        Scope(database, person, Keyring(SECRET.encode(), LASTING)), person.user_id
    )


async def once_each(premises: Premises, callers: Sequence[Caller]) -> None:
    """Every caller got one order, whatever answers came in between, and no other order was made
    under its key or for its item.
    """
    assert [len(caller.promised) for caller in callers] == [1] * len(callers)
    promised = sorted(id for caller in callers for id in caller.promised)
    items = {line["item_id"] for caller in callers for line in caller.sent["lines"]}
    assert await premises.orders_of(items) == promised
    announced = await premises.events("order.placed")
    assert {id: announced[id] for id in promised} == dict.fromkeys(promised, 1)
