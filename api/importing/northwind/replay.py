"""Moves Northwind in, replays its orders through both faces by turns, and compares the books."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

import httpx2

from api.importing.northwind.clients import Client, GraphQL, Refused, Rest
from api.importing.northwind.files import Category, Customer, Northwind, Order, Product

T = TypeVar("T")

SOURCE = "northwind"
PLACE = "NORTHWIND"
CURRENCY = "USD"
AT_ONCE = 4


@dataclass
class Result:
    """What was done this time, and where the books do not agree."""

    orders: int
    placed: int = 0
    fulfilled: int = 0
    differences: list[str] = field(default_factory=list)


class Replay:
    """One replay; what is there already is left alone, so one cut short can be repeated."""

    def __init__(
        self, northwind: Northwind, http: httpx2.AsyncClient, progress: Callable[[int, int], None]
    ) -> None:
        self.northwind, self.progress = northwind, progress
        self.clients: list[Client] = [GraphQL(http), Rest(http)]
        self.steps = 0
        self.result = Result(len(northwind.orders))

    async def run(self) -> Result:
        """Do all of it; raises Refused when the server will not have a step."""
        orders = self.northwind.orders
        known = await self._orders(self._rest)
        if any(order.id not in known for order in orders):
            await self._move_in()
        await self._each(orders, lambda _, order: self._sell(order, known))
        for client in self.clients:
            self.result.differences += await self._differences(client)
        return self.result

    async def _move_in(self) -> None:
        northwind = self.northwind
        await self._each(northwind.categories.values(), self._create_category)
        await self._create_place()
        await self._each(northwind.products.values(), self._create_item)
        await self._each(northwind.customers, self._create_customer)
        stocked = await self._stocked(self._rest)
        missing = [one for one in northwind.products.values() if one.sku not in stocked]
        await self._each(missing, self._receive)

    @property
    def _rest(self) -> Client:
        return self.clients[1]

    async def _each(self, things: Iterable[T], act: Callable[[int, T], Awaitable[None]]) -> None:
        """Do something for each of many things, a few at a time."""
        waiting = enumerate(things)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(AT_ONCE):
                    group.create_task(self._work(waiting, act))
        except ExceptionGroup as several:
            raise several.exceptions[0] from None

    async def _work(
        self, waiting: Iterator[tuple[int, T]], act: Callable[[int, T], Awaitable[None]]
    ) -> None:
        northwind = self.northwind
        people = len(northwind.categories) + len(northwind.customers)
        total = people + 2 * len(northwind.products) + len(northwind.orders)
        for n, thing in waiting:
            await act(n, thing)
            self.steps += 1
            self.progress(self.steps, total)

    async def _create(self, n: int, operation: str, key: str, **fields: Any) -> None:
        """Create something through one face or the other, unless it is there."""
        try:
            await self.clients[n % 2].do(operation, f"{SOURCE}-{key}", **fields)
        except Refused as refused:
            if refused.code != "DUPLICATE":
                raise

    async def _create_place(self) -> None:
        name = "Northwind's warehouse"
        await self._create(0, "create_location", "place", code=PLACE, name=name)

    async def _create_category(self, n: int, one: Category) -> None:
        key = f"category-{one.id}"
        await self._create(n, "create_category", key, slug=one.slug, name=one.name)

    async def _create_item(self, n: int, one: Product) -> None:
        await self._create(
            n,
            "create_item",
            f"item-{one.id}",
            sku=one.sku,
            name=one.name,
            category_id=f"slug:{self.northwind.categories[one.category_id].slug}",
            price=_money(one.unit_price),
        )

    async def _create_customer(self, n: int, one: Customer) -> None:
        key = f"customer-{one.id}"
        await self._create(n, "create_customer", key, external_ref=one.id, name=one.name)

    async def _receive(self, n: int, one: Product) -> None:
        """Enough for all orders, and what is left after them."""
        await self.clients[n % 2].do(
            "receive_stock",
            f"{SOURCE}-receive-{one.id}",
            item_id=f"sku:{one.sku}",
            location_id=f"code:{PLACE}",
            quantity=one.left + self.northwind.ordered()[one.id],
            reason="Opening stock",
            reference=f"{SOURCE}:{one.id}",
        )

    async def _sell(self, order: Order, known: dict[str, dict[str, Any]]) -> None:
        """Place an odd order over REST and send it out over GraphQL, an even one the other way."""
        turn = int(order.id) % 2
        placed = known.get(order.id)
        if placed is None:
            command = self._command(order)
            key = f"{SOURCE}-order-{order.id}"
            placed = await self.clients[turn].do("place_order", key, **command)
            self.result.placed += 1
        if order.is_shipped and placed["status"] == "PLACED":
            key = f"{SOURCE}-fulfill-{order.id}"
            await self.clients[1 - turn].do("fulfill_order", key, order_id=placed["id"])
            self.result.fulfilled += 1

    def _command(self, order: Order) -> dict[str, Any]:
        products = self.northwind.products
        return {
            "source": SOURCE,
            "external_ref": order.id,
            "customer_id": f"ref:{order.customer_id}",
            "currency": CURRENCY,
            "lines": [
                {
                    "item_id": f"sku:{products[line.product_id].sku}",
                    "quantity": line.quantity,
                    "unit_price": _money(line.unit_price),
                    "discount": f"{line.discount:f}",
                }
                for line in order.lines
            ],
        }

    async def _orders(self, client: Client) -> dict[str, dict[str, Any]]:
        rows = await client.all("list_orders", source=SOURCE)
        return {row["external_ref"]: row for row in rows}

    async def _stocked(self, client: Client) -> dict[str, dict[str, Any]]:
        """The stock levels of the warehouse, by SKU."""
        places = await client.all("list_locations", code=[PLACE])
        wanted = [one.sku for one in self.northwind.products.values()]
        skus = {item["id"]: item["sku"] for item in await client.all("list_items", sku=wanted)}
        levels = await client.all("list_stock_levels", location_id=[places[0]["id"]])
        return {skus[level["item_id"]]: level for level in levels if level["item_id"] in skus}

    async def _differences(self, client: Client) -> list[str]:
        """Where one face's books are not what Northwind's own arithmetic says."""
        face = type(client).__name__
        books = (
            ("order", self._expected_orders(), await self._orders_in(client)),
            ("stock of", self._expected_stock(), await self._stock_in(client)),
        )
        return [
            f"{face}: {what} {id}: expected {expected.get(id)}, found {found.get(id)}"
            for what, expected, found in books
            for id in sorted(expected.keys() | found.keys())
            if expected.get(id) != found.get(id)
        ]

    def _expected_orders(self) -> dict[str, str]:
        return {
            order.id: f"{order.total} {CURRENCY} {'COMPLETED' if order.is_shipped else 'PLACED'}"
            for order in self.northwind.orders
        }

    def _expected_stock(self) -> dict[str, str]:
        """Receipts minus orders, product by product."""
        ordered, shipped = self.northwind.ordered(), self.northwind.ordered(shipped_only=True)
        return {
            one.sku: _level(one.left, ordered[one.id] - shipped[one.id])
            for one in self.northwind.products.values()
        }

    async def _orders_in(self, client: Client) -> dict[str, str]:
        return {
            id: f"{row['total']['amount']} {row['total']['currency']} {row['status']}"
            for id, row in (await self._orders(client)).items()
        }

    async def _stock_in(self, client: Client) -> dict[str, str]:
        return {
            sku: _level(row["available"], row["committed"])
            for sku, row in (await self._stocked(client)).items()
        }


def _level(available: int, committed: int) -> str:
    return f"{available} available, {committed} committed"


def _money(amount: Decimal) -> dict[str, str]:
    return {"amount": f"{amount:f}", "currency": CURRENCY}
