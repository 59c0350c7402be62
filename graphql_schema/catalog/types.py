"""Category and Item."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from api.domain.catalog import reads
from api.domain.catalog import service as catalog
from api.domain.stock import service as stock
from graphql_schema.money import Money
from graphql_schema.outputs import Node, link, links, output

if TYPE_CHECKING:
    from graphql_schema.stock.types import StockLevel

Level = Annotated["StockLevel", strawberry.lazy("graphql_schema.stock.types")]


@output
class Category(reads.Category, Node):
    parent: "Category | None" = link(catalog.categories_by_id, "parent_id")


@output
class Item(reads.Item, Node):
    price: Money | None
    category: Category | None = link(catalog.categories_by_id, "category_id")
    stock_levels: list[Level] | None = links(stock.levels_of_items)
