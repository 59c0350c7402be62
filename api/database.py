"""The engine, and the two ways into it: stand-alone reads, and the transactions of commands."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cached_property
from typing import Any, cast

import orjson
from asyncpg import PostgresError
from sqlalchemy import URL, Connection, PoolProxiedConnection, event, make_url, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.util import greenlet_spawn

from api.domain import tables  # noqa: F401  # one may refer to another that nobody imported
from api.domain.connections import Copier
from api.domain.errors import Busy
from api.domain.exporting import SECONDS
from api.domain.statements import Driver
from api.settings import Settings

EXPORTS = 2
"""At once in one process: each holds a connection for as long as its reader takes."""
PREPARED = 200
"""Statements that each connection remembers; PostgreSQL keeps the plans, of up to 100 kB."""
GRACE = 5.0
"""The seconds after which PostgreSQL, which should have given up by then, is given up itself."""


class Transaction:
    """One transaction of a command, which the driver begins and ends; SQLAlchemy is called in by
    those who ask for a session, and only sends statements.
    """

    def __init__(self, engine: AsyncEngine, pooled: PoolProxiedConnection) -> None:
        self.driver = cast("Driver", pooled.driver_connection)
        self._engine, self._pooled = engine, pooled
        self.is_open = False

    @cached_property
    def session(self) -> AsyncSession:
        """A session in this transaction, which it can neither commit nor roll back."""
        connection = Connection(self._engine.sync_engine, self._pooled)
        return AsyncSession(AsyncConnection(self._engine, connection), expire_on_commit=False)

    async def flush(self) -> None:
        """Send what the session has not sent yet, where there is one."""
        session = self.__dict__.get("session")
        if session is not None and (session.new or session.dirty or session.deleted):
            await session.flush()

    async def begin(self) -> None:
        """Begin."""
        self.is_open = True  # even when the answer does not arrive
        await self.driver.execute("BEGIN")

    async def commit(self) -> None:
        """Commit; what the session has not flushed is not written."""
        try:
            tag = await self.driver.execute("COMMIT")
        except PostgresError:
            self.is_open = False  # PostgreSQL has rolled it back
            raise
        self.is_open = False
        if tag != "COMMIT":
            raise RuntimeError("A statement of this transaction had failed, so nothing was done.")

    async def end(self) -> None:
        """Roll back what was not committed, and give the connection back, clean or not at all."""
        try:
            if self.is_open and not self.driver.is_closed():
                await self.driver.execute("ROLLBACK")
        except BaseException as error:
            await greenlet_spawn(self._pooled.invalidate, error)
            raise
        finally:
            await greenlet_spawn(self._pooled.close)


class Database:
    """One pool per process; reads run without BEGIN and ROLLBACK, a command in one transaction."""

    def __init__(self, settings: Settings) -> None:
        self.engine = create_async_engine(
            make_url(settings.database_url),
            pool_size=settings.pool_size,
            max_overflow=0,
            pool_timeout=settings.pool_timeout_seconds,
            pool_recycle=300,
            pool_use_lifo=True,
            hide_parameters=True,
            json_deserializer=orjson.loads,
            connect_args=_connect_args(settings),
        )
        event.listen(self.engine.sync_engine, "checkout", _refuse_closed)
        self._readers = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._exports = asyncio.Semaphore(min(EXPORTS, settings.pool_size - 1))
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    def read(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection on which each statement stands alone."""
        return self._readers.connect()

    def reader(self) -> AbstractAsyncContextManager[Driver]:
        """The driver's connection, on which each statement stands alone: no BEGIN, no reset."""
        return _Reader(self.pooled)

    @asynccontextmanager
    async def exporter(self) -> AsyncIterator[Copier]:
        """A connection for one statement that may take minutes; raises Busy when too many do."""
        if self._exports.locked():
            raise Busy("Other exports are under way; try again when one has ended.")
        async with self._exports, self.engine.connect() as connection:
            await connection.execute(text("SET TRANSACTION READ ONLY"))
            await connection.execute(text(f"SET LOCAL statement_timeout = '{SECONDS}s'"))
            raw = await connection.get_raw_connection()
            yield cast("Copier", raw.driver_connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """A transaction that is rolled back unless it is committed."""
        transaction = Transaction(self._readers, await self.pooled())
        try:
            await transaction.begin()
            yield transaction
        finally:
            if transaction.is_open:  # who has hung up must not leave a transaction behind
                await asyncio.shield(asyncio.create_task(transaction.end()))
            else:
                await transaction.end()

    def write(self) -> AsyncSession:
        """A session with a transaction of its own, for those who stand outside the domain."""
        return self._sessions()

    async def pooled(self) -> PoolProxiedConnection:
        """A connection of the pool; why there is none, in the driver's own words."""
        try:
            return await self.engine.raw_connection()
        except self.engine.dialect.loaded_dbapi.Error as error:  # only `connect()` translates it
            raise error.__cause__ or error from None

    async def ping(self) -> None:
        """Raise unless the database answers."""
        async with self.read() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


class _Reader:
    """Takes a connection and gives it back; the loop keeps a list of generators, which costs every
    read more than this.
    """

    _pooled: PoolProxiedConnection

    def __init__(self, take: Callable[[], Awaitable[PoolProxiedConnection]]) -> None:
        self._take = take

    async def __aenter__(self) -> Driver:
        self._pooled = await self._take()
        return cast("Driver", self._pooled.driver_connection)

    async def __aexit__(self, *_: object) -> None:
        self._pooled.close()  # SQLAlchemy began nothing on it, so there is nothing to wait for


def _refuse_closed(connection: Any, _record: object, _pool: object) -> None:
    """Have the pool open another: what the driver noticed, SQLAlchemy need not have seen."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _connect_args(settings: Settings) -> dict[str, Any]:
    return {
        "timeout": 5,
        "command_timeout": settings.statement_timeout_ms / 1000 + GRACE,
        "statement_cache_size": PREPARED,
        "max_cached_statement_lifetime": 0,
        "server_settings": {
            "application_name": "stockroom",
            "statement_timeout": str(settings.statement_timeout_ms),
            "lock_timeout": str(settings.lock_timeout_ms),
            "idle_in_transaction_session_timeout": "10000",
            "timezone": "UTC",
            "datestyle": "ISO",  # times are read as text
            "jit": "off",
        },
    }


def redacted(url: str) -> str:
    """The address without its password, for messages."""
    parsed: URL = make_url(url)
    return parsed.render_as_string(hide_password=True)
