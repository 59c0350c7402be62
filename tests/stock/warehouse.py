"""A shelf of chairs to test with, and a way to go behind the counter."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from asyncpg import PostgresError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.database import Database
from api.domain.actors import Permission
from api.domain.catalog import service as catalog
from api.domain.catalog.commands import CreateItem
from api.domain.fields import Id
from api.domain.locations import service as locations
from api.domain.locations.commands import CreateLocation
from api.domain.operations import Key, Kind, Operation
from api.domain.paging import Window
from api.domain.scope import Scope, Terms
from api.domain.stock import commands, reads
from api.domain.stock import service as stock
from tests.factories import unique, which

R = TypeVar("R")


@dataclass
class Shelf:
    """One item at one location, and the commands on it."""

    scope: Scope
    item_id: Id
    location_id: Id

    @classmethod
    async def new(cls, scope: Scope, **item: Any) -> Self:
        """An empty shelf in a warehouse of its own, for chairs of its own."""
        chair = CreateItem(sku=unique("CHAIR"), name="Oak chair", **item)
        place = CreateLocation(code=unique("W"), name="Warehouse")
        made = await scope.run(catalog.create_item, chair)
        return cls(scope, made.id, (await scope.run(locations.create_location, place)).id)

    async def receive(self, quantity: int, **more: Any) -> reads.Posting:
        """Take in chairs."""
        command = commands.ReceiveStock.model_validate(self.what | {"quantity": quantity} | more)
        return await self.scope.run(stock.receive_stock, command, terms=self._terms())

    async def adjust(self, delta: int, **more: Any) -> reads.Posting:
        """Correct the number of chairs."""
        sent = {"delta": delta, "reason": "miscounted"} | more
        command = commands.AdjustStock.model_validate(self.what | sent)
        return await self.scope.run(stock.adjust_stock, command, terms=self._terms())

    async def set(self, on_hand: int, **more: Any) -> reads.Posting:
        """Say how many chairs there are."""
        command = commands.SetStock.model_validate(self.what | {"on_hand": on_hand} | more)
        return await self.scope.run(stock.set_stock, command, terms=self._terms())

    async def move(self, quantity: int, source: str, target: str) -> reads.Posting:
        """Find chairs damaged, held or good again."""
        sent = {"quantity": quantity, "from_bucket": source, "to_bucket": target}
        command = commands.MoveStock.model_validate(self.what | sent)
        return await self.scope.run(stock.move_stock, command, terms=self._terms())

    async def reverse(self, posting_id: Id) -> reads.Posting:
        """Undo a posting."""
        command = commands.ReversePosting(reason="entered twice")
        return await self.scope.run(stock.reverse_posting, posting_id, command, terms=self._terms())

    async def level(self) -> reads.StockLevel:
        """What the books say now."""
        where = {name: {"eq": id} for name, id in self.what.items()}
        mine = which(stock.list_stock_levels, where)
        page = await self.scope.run(stock.list_stock_levels, mine, Window())
        return page.rows[0]

    @property
    def what(self) -> dict[str, Any]:
        """The item and the place, as every command names them."""
        return {"item_id": self.item_id, "location_id": self.location_id}

    def _terms(self) -> Terms:
        return Terms(key=unique("key"))


async def command(scope: Scope, act: Callable[[Scope], Awaitable[R]]) -> R:
    """Do something in one committed transaction, as an operation would."""

    async def function(scope: Scope) -> R:
        return await act(scope)

    made = Operation[R]("act", Kind.COMMAND, Permission.STOCK_WRITE, Key.OPTIONAL, False, function)
    return await scope.run(made)


@dataclass(frozen=True)
class Refusal:
    """How PostgreSQL said no."""

    sqlstate: str
    constraint: str


def refusal_of(error: BaseException) -> Refusal:
    """The SQLSTATE and the constraint in a failed statement, wherever it was wrapped."""
    while not isinstance(error, PostgresError):
        error = getattr(error, "orig", None) or error.__cause__ or AssertionError()
    return Refusal(str(error.sqlstate), str(error.constraint_name))


async def tamper(database: Database, *statements: str, **values: Any) -> Refusal | None:
    """Change the books by hand as the tables' owner and superuser; None when that was accepted."""
    async with database.write() as session:
        try:
            for statement in statements:
                await session.execute(text(statement), values)
            await session.commit()
        except DBAPIError as error:
            return refusal_of(error)
    return None
