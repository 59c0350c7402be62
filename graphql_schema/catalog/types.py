"""Category and Item."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from api.domain.catalog import reads
from graphql_schema.money import Money
from graphql_schema.outputs import Node, link, output

if TYPE_CHECKING:
    from graphql_schema.media.types import Upload
    from graphql_schema.stock.types import StockLevel

Image = Annotated["Upload", strawberry.lazy("graphql_schema.media.types")]
Level = Annotated["StockLevel", strawberry.lazy("graphql_schema.stock.types")]


@output
class Category(reads.Category, Node):
    parent: "Category | None" = link()


@output
class Item(reads.Item, Node):
    price: Money | None
    category: Category | None = link()
    stock_levels: list[Level] | None = link()
    images: list[Image] = link()
