"""The shop that is measured: a real database of its own, always with the same thousand items."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import make_url, text

from api import embedded, migrating
from api.deps import Resources
from api.domain.accounts import service as accounts
from api.domain.accounts import tokens
from api.domain.accounts.commands import CreateUser
from api.domain.actors import PERMISSIONS, SYSTEM, Actor, Role
from api.domain.books import audit
from api.domain.customers import service as customers
from api.domain.customers.commands import CreateCustomer
from api.domain.fields import Id, Quantity
from api.domain.orders import service as orders
from api.domain.orders.commands import PlaceOrder, PlaceOrderLine
from api.domain.scope import Scope, Terms
from api.settings import Settings
from benchmarks.numbering import id_in_sql, item_id

ITEMS, CATEGORIES, LOCATIONS, ORDERS = 1000, 20, 5, 50
PIECES = 1_000_000_000  # in every level, so that no measurement ever empties one
SPREAD = ((1, 333), (334, 666), (667, 1000))  # where the lines of an order take their items from
CATEGORY_NUMBERS, LOCATION_NUMBERS, LEVEL_NUMBERS = 10_000, 20_000, 100_000
LEVELS_PER_ITEM = 8

SECRET = "a secret for one measurement, thrown away afterwards"


@dataclass(frozen=True)
class Shop:
    """A shop that is ready, and who works there."""

    folder: Path
    settings: Settings
    customer_id: Id
    user_id: Id
    authorization: str

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
def open_shop() -> Iterator[Shop]:
    """A shop for as long as this lasts; when it closes, its books must still agree."""
    with tempfile.TemporaryDirectory(prefix="stockroom-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with embedded.start(folder) as server:
            settings = Settings(
                _env_file=None, DATABASE_URL=server.url, secret=SecretStr(SECRET), data_dir=folder
            )
            shop = asyncio.run(_made(folder, settings))
            yield shop
            asyncio.run(_check_books(shop))


async def _made(folder: Path, settings: Settings) -> Shop:
    await migrating.upgrade(settings.database_url)
    resources = Resources.of(settings)
    scope = Scope(resources.database, SYSTEM, resources.keyring)
    try:
        async with resources.database.engine.begin() as connection:
            for statement in _FILL:
                await connection.execute(text(statement))
        buyer = await scope.run(customers.create_customer, CreateCustomer(name="Alder & Sons"))
        command = CreateUser(
            email="manager@example.com",
            name="Mary Manager",
            role=Role.MANAGER,
            password=SecretStr("correct horse battery"),
        )
        user = await scope.run(accounts.create_user, command)
        for number in range(ORDERS):
            await place(scope, buyer.id, [first + number for first, _ in SPREAD], f"old-{number}")
        async with resources.database.read() as connection:
            await connection.execute(text("VACUUM ANALYZE"))
    finally:
        await resources.database.close()
    bearer = f"Bearer {tokens.sign(resources.keyring, user.id)}"
    return Shop(folder, settings, buyer.id, user.id, bearer)


async def place(scope: Scope, customer_id: Id, items: list[int], key: str) -> None:
    """Place an order of two pieces of each item."""
    lines = [PlaceOrderLine(item_id=Id(item_id(item)), quantity=Quantity(2)) for item in items]
    command = PlaceOrder(customer_id=customer_id, lines=lines)
    await scope.run(orders.place_order, command, terms=Terms(key=key))


async def _check_books(shop: Shop) -> None:
    unhurried = shop.settings.model_copy(update={"statement_timeout_ms": 600_000})
    resources = Resources.of(unhurried)
    try:
        async with resources.database.read() as connection:
            differences = await audit(connection)
    finally:
        await resources.database.close()
    if differences:
        raise RuntimeError(f"The books do not agree any more: {differences[0]}")


# Set-based, because a thousand items through the operations would take longer than a measurement.
# The database judges the ledger all the same when this commits.
_ID = f"{id_in_sql('{0}')}::uuid"
_NUMBERED = f"generate_series(1, {ITEMS}) AS n"
_LEVELS = f"{_NUMBERED}, generate_series(1, {LOCATIONS}) AS p"
_LEVEL = _ID.format(f"{LEVEL_NUMBERS} + n * {LEVELS_PER_ITEM} + p")
_NOTHING = "0, 0, 0, 0"
_FILL = (
    f"""
    INSERT INTO categories (id, name, slug)
    SELECT {_ID.format(f"{CATEGORY_NUMBERS} + n")}, 'Category ' || n, 'category-' || n
    FROM generate_series(1, {CATEGORIES}) AS n
    """,
    f"""
    INSERT INTO locations (id, code, name, kind, holds_stock, sellable, priority)
    SELECT {_ID.format(f"{LOCATION_NUMBERS} + n")}, 'W' || n, 'Warehouse ' || n, 'WAREHOUSE',
        true, true, n * 10
    FROM generate_series(1, {LOCATIONS}) AS n
    """,
    f"""
    INSERT INTO items (
        id, sku, name, category_id, unit, price, currency, track_stock, tracking, allow_backorder,
        attributes
    )
    SELECT {_ID.format("n")}, 'SKU-' || lpad(n::text, 5, '0'), 'Oak chair number ' || n,
        {_ID.format(f"{CATEGORY_NUMBERS} + 1 + n % {CATEGORIES}")}, 'each',
        (n * 37 % 90000 + 100) / 100.0, 'EUR', true, 'NONE', false, '{{"wood": "oak"}}'
    FROM {_NUMBERED}
    """,
    f"""
    INSERT INTO postings (id, kind, reason, actor, occurred_at, recorded_at)
    VALUES ({_ID.format("1")}, 'RECEIVE', 'Opening stock', 'system', now(), now())
    """,
    f"""
    INSERT INTO stock_levels (id, item_id, location_id, available, head_seq, updated_at)
    SELECT {_LEVEL}, {_ID.format("n")}, {_ID.format(f"{LOCATION_NUMBERS} + p")},
        {PIECES} + n, 1, now()
    FROM {_LEVELS}
    """,
    f"""
    INSERT INTO stock_movements (
        level_id, seq, posting_id, recorded_at,
        available_delta, reserved_delta, committed_delta, damaged_delta, quality_hold_delta,
        available_before, reserved_before, committed_before, damaged_before, quality_hold_before
    )
    SELECT {_LEVEL}, 1, {_ID.format("1")}, now(), {PIECES} + n, {_NOTHING}, 0, {_NOTHING}
    FROM {_LEVELS}
    """,
)
