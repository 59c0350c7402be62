"""Demo data: a small furniture shop, made through the operations as its staff would make it."""

import asyncio
import hashlib
import random
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from decimal import Decimal
from itertools import count, product
from typing import Any, TypeVar, TypeVarTuple

from pydantic import SecretStr
from sqlalchemy import event

from api.database import Database
from api.deps import Resources
from api.domain.accounts import service as accounts
from api.domain.accounts.commands import CreateUser
from api.domain.accounts.reads import USERS
from api.domain.actors import SYSTEM, Role
from api.domain.catalog import service as catalog
from api.domain.catalog.commands import CreateCategory, CreateItem
from api.domain.catalog.reads import Item
from api.domain.customers import service as customers
from api.domain.customers.commands import CreateCustomer
from api.domain.errors import Duplicate
from api.domain.fields import Currency, Id, Quantity
from api.domain.locations import service as locations
from api.domain.locations.commands import CreateLocation
from api.domain.locations.models import LocationKind
from api.domain.locations.reads import Location
from api.domain.money import MoneyInput
from api.domain.operations import Operation
from api.domain.orders import service as orders
from api.domain.orders.commands import FulfillOrder, PlaceOrder, PlaceOrderLine
from api.domain.paging import Window
from api.domain.scope import PLAIN, Scope, Terms
from api.domain.stock import service as stock
from api.domain.stock.commands import ReceiveStock
from api.settings import Settings

R = TypeVar("R")
Ts = TypeVarTuple("Ts")

SHELVES = {
    "Seating": ["Chair", "Armchair", "Stool", "Bench"],
    "Tables": ["Desk", "Dining table", "Side table"],
    "Storage": ["Shelf", "Cabinet", "Chest"],
    "Lighting": ["Lamp", "Pendant"],
}
WOODS = ["Oak", "Ash", "Beech", "Walnut", "Pine"]
PLACES = {
    "MAIN": ("Main warehouse", LocationKind.WAREHOUSE, 10),
    "NORTH": ("Northern warehouse", LocationKind.WAREHOUSE, 20),
    "SHOP": ("Shop on Elm Street", LocationKind.STORE, 30),
}
BUYERS = ["Alder & Sons", "Birch Interiors", "Cedar Hotel", "Dogwood Cafe", "Elm Street School"]
STAFF = [Role.VIEWER, Role.CLERK, Role.MANAGER, Role.ADMIN]
ORDERS = 40
HANDS = 2  # how much is done at once


async def load_once(settings: Settings, say: Callable[[str], None]) -> None:
    """Fill an empty database; one that has an administrator is left alone."""
    resources = Resources.of(settings)
    _wait_for_no_disk(resources.database)
    try:
        scope = Scope(resources.database, SYSTEM, resources.keyring)
        admins = USERS.asking.which({"where": {"role": {"eq": Role.ADMIN}}})
        users = await scope.run(accounts.list_users, admins, Window(limit=1))
        await scope.close()
        if not users.rows:
            say("Demo data: a furniture shop is moving in")
            await _Shop(resources, say).open()
    finally:
        await resources.database.close()


def _wait_for_no_disk(database: Database) -> None:
    """Whatever a power failure takes is made again, since the staff are the last to be kept."""

    def connected(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("SET synchronous_commit TO off")
        cursor.close()
        connection.commit()

    event.listen(database.engine.sync_engine, "connect", connected)


class _Shop:
    """Works under the same keys each time, so that a start cut short is taken up again."""

    def __init__(self, resources: Resources, say: Callable[[str], None]) -> None:
        self.resources, self.say = resources, say
        self.chance = random.Random(2026)
        self.steps = count(1)
        self.hands = asyncio.Semaphore(HANDS)

    async def open(self) -> None:
        """Move in; the staff come last, and their being there says that all is done."""
        items = await self._stock_the_shelves()
        named = (CreateCustomer(name=name) for name in BUYERS)
        buyers = await _all(self._do(customers.create_customer, command) for command in named)
        await self._sell(items, [buyer.id for buyer in buyers])
        await self._hire(buyers[0].id)

    def _do(self, operation: Operation[*Ts, R], *args: *Ts) -> Coroutine[Any, Any, R]:
        """Begin one step; its key is its place in the order in which steps are begun."""
        return self._step(operation, *args, terms=Terms(key=f"demo-{next(self.steps)}"))

    async def _step(self, operation: Operation[*Ts, R], *args: *Ts, terms: Terms = PLAIN) -> R:
        async with self.hands:
            scope = Scope(self.resources.database, SYSTEM, self.resources.keyring)
            return await scope.run(operation, *args, terms=terms)

    async def _stock_the_shelves(self) -> list[Item]:
        places = await _all(
            self._do(
                locations.create_location,
                CreateLocation(code=code, name=name, kind=kind, priority=priority),
            )
            for code, (name, kind, priority) in PLACES.items()
        )
        named = (CreateCategory(name=shelf, slug=shelf.lower()) for shelf in SHELVES)
        shelves = await _all(self._do(catalog.create_category, command) for command in named)
        items = await _all(
            self._do(catalog.create_item, self._new_item(thing, wood, shelf.id))
            for shelf, things in zip(shelves, SHELVES.values(), strict=True)
            for thing, wood in product(things, WOODS)
        )
        await _all(
            self._do(stock.receive_stock, self._delivery(item, place))
            for item in items
            for place in self.chance.sample(places, self.chance.randint(1, len(places)))
        )
        return items

    def _new_item(self, thing: str, wood: str, shelf: Id) -> CreateItem:
        amount = Decimal(self.chance.randint(40, 1800)) / 2
        return CreateItem(
            sku=f"{thing}-{wood}".upper().replace(" ", ""),
            name=f"{wood} {thing.lower()}",
            category_id=shelf,
            price=MoneyInput(amount=amount, currency=Currency("EUR")),
            attributes={"wood": wood.lower()},
        )

    def _delivery(self, item: Item, place: Location) -> ReceiveStock:
        return ReceiveStock(
            item_id=item.id,
            location_id=place.id,
            quantity=Quantity(self.chance.randint(5, 120)),
            reason="Opening stock",
        )

    async def _sell(self, items: list[Item], buyers: list[Id]) -> None:
        for number in range(ORDERS):
            wanted = self.chance.sample(items, self.chance.randint(1, 4))
            lines = [
                PlaceOrderLine(item_id=item.id, quantity=Quantity(self.chance.randint(1, 6)))
                for item in wanted
            ]
            command = PlaceOrder(customer_id=self.chance.choice(buyers), lines=lines)
            order = await self._do(orders.place_order, command)
            if number % 3 == 0:
                await self._do(orders.fulfill_order, order.id, FulfillOrder())

    async def _hire(self, buyer: Id) -> None:
        settings = self.resources.settings
        given = settings.admin_password
        password = given or SecretStr(_derived(settings))
        await _all(
            [
                self._new_user("customer", Role.CUSTOMER, password, buyer),
                *(self._new_user(role.lower(), role, password) for role in STAFF[:-1]),
            ]
        )
        await self._new_user(STAFF[-1].lower(), STAFF[-1], password)
        known = "the one in STOCKROOM_ADMIN_PASSWORD" if given else password.get_secret_value()
        self.say(
            "Logins: admin@example.com, and manager@, clerk@, viewer@, customer@ likewise\n"
            f"Password of each: {known}\n" + ("" if given else "It is shown this once.")
        )

    async def _new_user(
        self, name: str, role: Role, password: SecretStr, buyer: Id | None = None
    ) -> None:
        command = CreateUser(
            email=f"{name}@example.com",
            name=f"Demo {name}",
            role=role,
            password=password,
            customer_id=buyer,
        )
        with suppress(Duplicate):  # hired before the start was cut short
            await self._step(accounts.create_user, command)


async def _all(steps: Iterable[Coroutine[Any, Any, R]]) -> list[R]:
    """Do them at once; what they give, in their order."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(step) for step in steps]
    return [task.result() for task in tasks]


def _derived(settings: Settings) -> str:
    """The same each time, so that hiring can be taken up again as well."""
    return hashlib.sha256(settings.secret_bytes + b"/demo logins").hexdigest()[:12]
