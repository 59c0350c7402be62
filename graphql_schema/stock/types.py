"""StockLevel, StockMovement, Posting and StockAsOf."""

from api.domain.catalog import service as catalog
from api.domain.locations import service as locations
from api.domain.stock import past, reads
from api.domain.stock import service as stock
from graphql_schema.catalog.types import Item
from graphql_schema.locations.types import Location
from graphql_schema.money import Money
from graphql_schema.outputs import Node, link, output


@output
class StockLevel(reads.StockLevel, Node):
    item: Item | None = link(catalog.items_by_id, "item_id")
    location: Location | None = link(locations.locations_by_id, "location_id")


@output
class StockMovement(reads.StockMovement):
    unit_cost: Money | None
    level: StockLevel | None = link(stock.stock_levels_by_id, "level_id")
    posting: "Posting | None" = link(stock.postings_by_id, "posting_id")
    item: Item | None = link(catalog.items_by_id, "item_id")
    location: Location | None = link(locations.locations_by_id, "location_id")


@output
class Posting(reads.Posting, Node):
    movements: list[StockMovement]  # type: ignore[assignment]  # the same rows, with links
    reverses: "Posting | None" = link(stock.postings_by_id, "reverses_posting_id")


@output
class StockAsOf(past.StockAsOf):
    level: StockLevel | None = link(stock.stock_levels_by_id, "level_id")
    item: Item | None = link(catalog.items_by_id, "item_id")
    location: Location | None = link(locations.locations_by_id, "location_id")
