"""A shop to test orders in: its people, its goods, and its books."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, TypeVarTuple
from uuid import uuid4

from sqlalchemy import Row, text

from api.database import Database
from api.domain.accounts.models import User
from api.domain.actors import PERMISSIONS, Actor, Role
from api.domain.catalog.models import Item
from api.domain.customers.models import Customer
from api.domain.fields import Id
from api.domain.keyring import Keyring
from api.domain.locations.models import Location, LocationKind
from api.domain.operations import Operation
from api.domain.orders import service as orders
from api.domain.orders.commands import PlaceOrder
from api.domain.orders.reads import Order
from api.domain.scope import Scope, Terms
from api.domain.stock import service as stock
from api.domain.stock.commands import ReceiveStock

R = TypeVar("R")
Ts = TypeVarTuple("Ts")


@dataclass
class Shop:
    """Somebody to ask for things to be done, each by its own caller, and each committed."""

    database: Database
    clerk: Actor
    keyring: Keyring = field(default_factory=lambda: Keyring(b"a shop's secret"))

    @classmethod
    async def open(cls, database: Database) -> "Shop":
        """A shop with one clerk."""
        shop = cls(database, actor(Role.CLERK, None))
        shop.clerk = await shop.login(Role.CLERK)
        return shop

    async def run(
        self,
        operation: Operation[*Ts, R],
        *args: *Ts,
        by: Actor | None = None,
        key: str | None = None,
        **terms: Any,
    ) -> R:
        """Do one operation, as the clerk unless somebody else is named, under a fresh key."""
        scope = Scope(self.database, by or self.clerk, self.keyring)
        try:
            return await scope.run(operation, *args, terms=Terms(key or uuid4().hex, **terms))
        finally:
            await scope.close()

    async def item(self, *, price: str | None = "10.00", **fields: Any) -> Id:
        """Something to sell, at ten euros unless said otherwise."""
        name = fields.pop("sku", None) or f"CHAIR-{uuid4().hex[:12]}"
        priced = {"price": price, "currency": None if price is None else "EUR"}
        return await self._add(Item(sku=name, name=f"The {name}", **(priced | fields)))

    async def location(self, *, priority: int = 100, **fields: Any) -> Id:
        """A warehouse."""
        code = f"W-{uuid4().hex[:12]}"
        kind = LocationKind.WAREHOUSE
        return await self._add(
            Location(code=code, name=code, kind=kind, priority=priority, **fields)
        )

    async def customer(self, **fields: Any) -> Id:
        """Somebody who orders."""
        return await self._add(Customer(name="Ada", **fields))

    async def login(self, role: Role, customer_id: Id | None = None) -> Actor:
        """Somebody who signs in."""
        user = User(
            email=f"{uuid4().hex}@shop.example",
            name=role.title(),
            role=role,
            password_hash="none",
            customer_id=customer_id,
        )
        return actor(role, await self._add(user), customer_id)

    async def receive(self, item_id: Id, location_id: Id, quantity: int) -> None:
        """Put stock on a shelf."""
        values = {"item_id": item_id, "location_id": location_id, "quantity": quantity}
        await self.run(stock.receive_stock, ReceiveStock.model_validate(values))

    async def place(
        self,
        *lines: tuple[Id, int] | dict[str, Any],
        by: Actor | None = None,
        key: str | None = None,
        **fields: Any,
    ) -> Order:
        """Order items: pairs of item and quantity, or whole lines."""
        return await self.run(orders.place_order, placing(*lines, **fields), by=by, key=key)

    async def books(self, item_id: Id) -> dict[Id, tuple[int, int]]:
        """Available and committed stock of an item, by location."""
        rows = await self.sql(
            "SELECT location_id, available, committed FROM stock_levels WHERE item_id = :item",
            item=item_id[-32:],
        )
        return {Id(f"location_{row[0].hex}"): (row[1], row[2]) for row in rows}

    async def sql(self, statement: str, **values: Any) -> Sequence[Row[*tuple[Any, ...]]]:
        """Go behind the counter and read or change the books by hand, in one transaction."""
        async with self.database.write() as session:
            connection = await session.connection()
            result = await connection.execute(text(statement), values)
            rows = result.all() if result.returns_rows else []
            await session.commit()
            return rows

    async def _add(self, row: Any) -> Id:
        async with self.database.write() as session:
            session.add(row)
            await session.commit()
            return Id(row.id)


def actor(role: Role, user_id: Id | None, customer_id: Id | None = None) -> Actor:
    """A caller with all that the role allows."""
    return Actor(user_id, role, PERMISSIONS[role], customer_id)


def placing(*lines: tuple[Id, int] | dict[str, Any], **fields: Any) -> PlaceOrder:
    """The command to place an order."""
    whole = [
        line if isinstance(line, dict) else {"item_id": line[0], "quantity": line[1]}
        for line in lines
    ]
    return PlaceOrder.model_validate({"lines": whole, **fields})
