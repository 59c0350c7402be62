"""StockLevel, StockMovement, Posting and StockAsOf."""

from api.domain.stock import past, reads
from graphql_schema.catalog.types import Item
from graphql_schema.locations.types import Location
from graphql_schema.money import Money
from graphql_schema.outputs import Node, link, output


@output
class StockLevel(reads.StockLevel, Node):
    item: Item | None = link()
    location: Location | None = link()


@output
class StockMovement(reads.StockMovement):
    unit_cost: Money | None
    level: StockLevel | None = link()
    posting: "Posting | None" = link()
    item: Item | None = link()
    location: Location | None = link()


@output
class Posting(reads.Posting, Node):
    movements: list[StockMovement]  # type: ignore[assignment]  # the same rows, with links
    reverses: "Posting | None" = link()


@output
class StockAsOf(past.StockAsOf):
    level: StockLevel | None = link()
    item: Item | None = link()
    location: Location | None = link()
