"""Northwind's own books, from its CSV files, and what they come to by their own arithmetic."""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from pathlib import Path

CENT = Decimal("0.01")
_EXACT = Decimal("0.0001")  # what its floats, such as 0.150000006, were written as


class Incomplete(Exception):
    """Why the folder cannot be read."""


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf."""

    id: str
    name: str

    @property
    def slug(self) -> str:
        """Its name as the catalog's key."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")


@dataclass(frozen=True, slots=True)
class Product:
    """Something that is sold, and how much of it is left after all orders."""

    id: str
    name: str
    category_id: str
    unit_price: Decimal
    left: int

    @property
    def sku(self) -> str:
        """Its number as a SKU."""
        return f"NW-{self.id}"


@dataclass(frozen=True, slots=True)
class Customer:
    """A company that orders."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """A quantity of a product, at the price and discount of its day."""

    product_id: str
    quantity: int
    unit_price: Decimal
    discount: Decimal

    @property
    def total(self) -> Decimal:
        """What is to be paid, to the cent, half to even."""
        exact = self.unit_price * self.quantity * (1 - self.discount)
        return exact.quantize(CENT, ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Order:
    """What a customer bought at once."""

    id: str
    customer_id: str
    is_shipped: bool
    lines: list[Line]

    @property
    def total(self) -> Decimal:
        """What is to be paid for all of it."""
        return sum((line.total for line in self.lines), Decimal(0))


@dataclass(frozen=True)
class Northwind:
    """The whole company."""

    categories: dict[str, Category]
    products: dict[str, Product]
    customers: list[Customer]
    orders: list[Order]

    @classmethod
    def read(cls, folder: Path) -> "Northwind":
        """From a folder with its files; raises Incomplete when one is missing or wrong."""
        try:
            return cls(
                {row["category_id"]: _category(row) for row in _rows(folder, "categories")},
                {row["product_id"]: _product(row) for row in _rows(folder, "products")},
                [
                    Customer(row["customer_id"], row["company_name"])
                    for row in _rows(folder, "customers")
                ],
                _orders(_rows(folder, "orders"), _rows(folder, "order_details")),
            )
        except OSError as error:
            raise Incomplete(f"{error.filename} cannot be read: {error.strerror}.") from None
        except KeyError as error:
            raise Incomplete(f"{folder} is not Northwind: there is no column {error}.") from None
        except (ValueError, TypeError, InvalidOperation) as error:
            raise Incomplete(f"{folder} is not Northwind: {error}.") from None

    def ordered(self, *, shipped_only: bool = False) -> Counter[str]:
        """How many units of each product the orders take, or those of them that were shipped."""
        units: Counter[str] = Counter()
        for order in self.orders:
            if order.is_shipped or not shipped_only:
                for line in order.lines:
                    units[line.product_id] += line.quantity
        return units


Row = dict[str, str]


def _rows(folder: Path, name: str) -> list[Row]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _category(row: Row) -> Category:
    return Category(row["category_id"], row["category_name"])


def _product(row: Row) -> Product:
    return Product(
        id=row["product_id"],
        name=row["product_name"],
        category_id=row["category_id"],
        unit_price=_exact(row["unit_price"]),
        left=int(row["units_in_stock"]),
    )


def _orders(orders: Iterable[Row], details: Iterable[Row]) -> list[Order]:
    lines = defaultdict(list)
    for row in details:
        lines[row["order_id"]].append(
            Line(
                product_id=row["product_id"],
                quantity=int(row["quantity"]),
                unit_price=_exact(row["unit_price"]),
                discount=_exact(row["discount"]),
            )
        )
    return [
        Order(
            row["order_id"], row["customer_id"], bool(row["shipped_date"]), lines[row["order_id"]]
        )
        for row in orders
    ]


def _exact(text: str) -> Decimal:
    return Decimal(text).quantize(_EXACT, ROUND_HALF_EVEN)
