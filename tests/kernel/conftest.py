"""The laboratory behind both doors, and a pool that loses patience soon."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from sqlalchemy import text

from api.database import Database
from api.settings import Settings
from tests.kernel.lab import lab


@pytest.fixture(scope="session")
async def laboratory(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    app = lab(settings)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://lab") as client:
        yield client
    await app.state.resources.database.close()


@pytest.fixture
async def hasty(settings: Settings) -> AsyncIterator[Database]:
    """The same database, for those who wait 100 ms for a lock and 300 ms for an answer."""
    quick = {"lock_timeout_ms": 100, "statement_timeout_ms": 300}
    database = Database(settings.model_copy(update=quick))
    yield database
    await database.close()


class Books:
    """Looks into the tables behind the operations' back."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def count(self, table: str, where: str, **values: object) -> int:
        async with self.database.read() as connection:
            statement = text(f"SELECT count(*) FROM {table} WHERE {where}")
            return int((await connection.execute(statement, values)).scalar_one())

    async def change(self, statement: str, **values: object) -> None:
        async with self.database.read() as connection:
            await connection.execute(text(statement), values)


@pytest.fixture
def books(database: Database) -> Books:
    return Books(database)
