"""StockLevel, StockMovement, Posting, StockAsOf and Report."""

from api.domain.stock import past, reads
from api.domain.stock.reports import rows
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


@output
class StockValue(rows.StockValue):
    value: Money | None


@output
class LowStock(rows.LowStock):
    item: Item | None = link()


@output
class MovementsOfDay(rows.MovementsOfDay):
    pass


@output
class Report(rows.Report):
    stock_valuation: list[StockValue]  # type: ignore[assignment]
    low_stock: list[LowStock]  # type: ignore[assignment]  # the same rows, with links
    movements_by_day: list[MovementsOfDay]  # type: ignore[assignment]
