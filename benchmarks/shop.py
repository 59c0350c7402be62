"""The shop that is measured: a real database of its own, always with the same items."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from api import embedded, migrating
from api.cluster import OWNER
from api.deps import Resources
from api.domain.accounts import service as accounts
from api.domain.accounts.commands import CreateUser, IssueToken
from api.domain.actors import PERMISSIONS, SYSTEM, Actor, Role
from api.domain.books import audit
from api.domain.customers import service as customers
from api.domain.customers.commands import CreateCustomer
from api.domain.fields import Id, Quantity
from api.domain.keyring import Lifetimes
from api.domain.orders import service as orders
from api.domain.orders.commands import PlaceOrder, PlaceOrderLine
from api.domain.scope import Scope, Terms
from api.settings import Settings
from benchmarks.numbering import item_id
from benchmarks.stocking import Size, statements

USUAL = Size()
SECRET = "a secret for one measurement, thrown away afterwards"


@dataclass(frozen=True)
class Shop:
    """A shop that is ready, and who works there."""

    folder: Path
    settings: Settings
    customer_id: Id
    user_id: Id
    authorization: str
    size: Size

    @property
    def spread(self) -> list[tuple[int, int]]:
        """Where each of an order's three lines takes its item from."""
        bounds = [self.size.items * third // 3 for third in range(4)]
        return [(first + 1, last) for first, last in pairwise(bounds)]

    @property
    def address(self) -> str:
        """The database as drivers other than SQLAlchemy name it."""
        return self.settings.database_url.replace("+asyncpg", "")

    @property
    def sockets(self) -> str:
        """The folder of the socket that PostgreSQL listens on."""
        return str(make_url(self.settings.database_url).query["host"])

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[tuple[Resources, Scope]]:
        """The domain without HTTP, for the user whose token is sent."""
        resources = Resources.of(self.settings)
        actor = Actor(self.user_id, Role.MANAGER, PERMISSIONS[Role.MANAGER], None)
        try:
            yield resources, Scope(resources.database, actor, resources.keyring)
        finally:
            await resources.database.close()


@contextmanager
def open_shop(size: Size = USUAL) -> Iterator[Shop]:
    """A shop for as long as this lasts; when it closes, its books must still agree."""
    with tempfile.TemporaryDirectory(prefix="stockroom-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with embedded.start(folder) as server:
            settings = Settings(
                _env_file=None, DATABASE_URL=server.url, secret=SecretStr(SECRET), data_dir=folder
            )
            asyncio.run(_empower(server.superuser_url))
            shop = asyncio.run(_made(folder, settings, size))
            yield shop
            asyncio.run(_check_books(shop))


async def _empower(url: str) -> None:
    """Let the owner fill the shop past its triggers, and copy it."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text(f"ALTER ROLE {OWNER} CREATEDB"))
        allow = f"GRANT SET ON PARAMETER session_replication_role TO {OWNER}"
        await connection.execute(text(allow))
    await engine.dispose()


async def _made(folder: Path, settings: Settings, size: Size) -> Shop:
    await migrating.upgrade(settings.database_url)
    resources = _unhurried(settings)
    scope = Scope(resources.database, SYSTEM, resources.keyring)
    try:
        async with resources.database.engine.begin() as connection:
            for statement in statements(size):
                await connection.execute(text(statement))
        buyer = await scope.run(customers.create_customer, CreateCustomer(name="Alder & Sons"))
        command = CreateUser(
            email="manager@example.com",
            name="Mary Manager",
            role=Role.MANAGER,
            password=SecretStr("correct horse battery"),
        )
        user = await scope.run(accounts.create_user, command)
        bearer = await _signed_in(resources, command)
        third = size.items // 3
        for number in range(size.orders):
            items = [1 + (number + line * third) % size.items for line in range(3)]
            await place(scope, buyer.id, items, f"old-{number}")
        async with resources.database.read() as connection:
            await connection.execute(text("VACUUM ANALYZE"))
    finally:
        await resources.database.close()
    return Shop(folder, settings, buyer.id, user.id, bearer, size)


async def _signed_in(resources: Resources, user: CreateUser) -> str:
    """An access token that outlasts every measurement."""
    lasting = replace(resources.keyring, lifetimes=Lifetimes(access=86_400))
    login = IssueToken(email=user.email, password=user.password)
    token = await Scope(resources.database, SYSTEM, lasting).run(accounts.issue_token, login)
    return f"Bearer {token.access_token}"


async def place(scope: Scope, customer_id: Id, items: list[int], key: str) -> None:
    """Place an order of two pieces of each item."""
    lines = [PlaceOrderLine(item_id=Id(item_id(item)), quantity=Quantity(2)) for item in items]
    command = PlaceOrder(customer_id=customer_id, lines=lines)
    await scope.run(orders.place_order, command, terms=Terms(key=key))


async def _check_books(shop: Shop) -> None:
    resources = _unhurried(shop.settings)
    try:
        async with resources.database.read() as connection:
            differences = await audit(connection)
    finally:
        await resources.database.close()
    if differences:
        raise RuntimeError(f"The books do not agree any more: {differences[0]}")


def _unhurried(settings: Settings) -> Resources:
    return Resources.of(settings.model_copy(update={"statement_timeout_ms": 600_000}))
