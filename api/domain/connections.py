"""What the domain needs of a database."""

from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from api.domain.statements import Driver


class Transaction(Protocol):
    """What a command writes in."""

    @property
    def driver(self) -> Driver:
        """The driver's connection."""

    @property
    def session(self) -> AsyncSession:
        """A session in the same transaction, made when it is first asked for."""

    async def flush(self) -> None:
        """Send what the session has not sent yet, where there is one."""

    async def commit(self) -> None:
        """Commit what was sent."""


class Copier(Protocol):
    """What an export needs of a connection of the driver's."""

    async def copy_from_query(self, query: str, *args: Any, **how: Any) -> str:
        """Have PostgreSQL write the rows of a statement, and pass on what it writes."""


class Connections(Protocol):
    """What the domain needs of a database."""

    def reader(self) -> AbstractAsyncContextManager[Driver]:
        """The driver's connection, on which each statement stands alone."""

    def exporter(self) -> AbstractAsyncContextManager[Copier]:
        """The same for one statement that may take minutes; raises Busy when too many do."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction that is rolled back unless it is committed."""
