"""Demo data: a small furniture shop, made through the operations as its staff would make it."""

import hashlib
import random
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from itertools import count, product
from typing import TypeVar, TypeVarTuple

from pydantic import SecretStr

from api.deps import Resources
from api.domain.accounts import service as accounts
from api.domain.accounts.commands import CreateUser, UserFilter
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
from api.domain.money import MoneyInput
from api.domain.operations import Operation
from api.domain.orders import service as orders
from api.domain.orders.commands import FulfillOrder, PlaceOrder, PlaceOrderLine
from api.domain.paging import Window
from api.domain.scope import Scope, Terms
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


async def load_once(settings: Settings, say: Callable[[str], None]) -> None:
    """Fill an empty database; one that has an administrator is left alone."""
    resources = Resources.of(settings)
    try:
        scope = Scope(resources.database, SYSTEM, resources.keyring)
        admins = UserFilter(role=[Role.ADMIN])
        users = await scope.run(accounts.list_users, admins, Window(limit=1))
        if not users.rows:
            say("Demo data: a furniture shop is moving in")
            await _Shop(scope, settings, say).open()
        await scope.close()
    finally:
        await resources.database.close()


class _Shop:
    """Works under the same keys each time, so that a start cut short is taken up again."""

    def __init__(self, scope: Scope, settings: Settings, say: Callable[[str], None]) -> None:
        self.scope, self.settings, self.say = scope, settings, say
        self.chance = random.Random(2026)
        self.steps = count(1)

    async def open(self) -> None:
        """Move in; the staff come last, and their being there says that all is done."""
        items = await self._stock_the_shelves()
        buyers = [
            (await self._do(customers.create_customer, CreateCustomer(name=name))).id
            for name in BUYERS
        ]
        await self._sell(items, buyers)
        await self._hire(buyers[0])

    async def _do(self, operation: Operation[*Ts, R], *args: *Ts) -> R:
        terms = Terms(key=f"demo-{next(self.steps)}")
        return await self.scope.run(operation, *args, terms=terms)

    async def _stock_the_shelves(self) -> list[Item]:
        places = []
        for code, (name, kind, priority) in PLACES.items():
            place = CreateLocation(code=code, name=name, kind=kind, priority=priority)
            places.append((await self._do(locations.create_location, place)).id)
        items = []
        for shelf, things in SHELVES.items():
            category = CreateCategory(name=shelf, slug=shelf.lower())
            shelf_id = (await self._do(catalog.create_category, category)).id
            for thing, wood in product(things, WOODS):
                items.append(await self._new_item(thing, wood, shelf_id, places))
        return items

    async def _new_item(self, thing: str, wood: str, shelf: Id, places: list[Id]) -> Item:
        amount = Decimal(self.chance.randint(40, 1800)) / 2
        command = CreateItem(
            sku=f"{thing}-{wood}".upper().replace(" ", ""),
            name=f"{wood} {thing.lower()}",
            category_id=shelf,
            price=MoneyInput(amount=amount, currency=Currency("EUR")),
            attributes={"wood": wood.lower()},
        )
        item = await self._do(catalog.create_item, command)
        for place in places:
            delivery = ReceiveStock(
                item_id=item.id,
                location_id=place,
                quantity=Quantity(self.chance.randint(5, 120)),
                reason="Opening stock",
            )
            await self._do(stock.receive_stock, delivery)
        return item

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
        given = self.settings.admin_password
        password = given or SecretStr(_derived(self.settings))
        await self._new_user("customer", Role.CUSTOMER, password, buyer)
        for role in STAFF:
            await self._new_user(role.lower(), role, password)
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
            await self.scope.run(accounts.create_user, command)


def _derived(settings: Settings) -> str:
    """The same each time, so that hiring can be taken up again as well."""
    return hashlib.sha256(settings.secret_bytes + b"/demo logins").hexdigest()[:12]
