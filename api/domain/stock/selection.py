"""What stock and its ledger may be filtered by."""

from api.domain.actors import Permission
from api.domain.catalog.selection import ITEMS
from api.domain.filters.declaring import Fields, Flag, Through, columns, many, one, unindexed
from api.domain.locations.selection import LOCATIONS
from api.domain.stock.models import Posting, StockLevel, StockMovement

_MOVING = "An index on it would have to be written with every change to the stock."
_FEW_VALUES = "It has a handful of values."
_WITH_ID = "It is asked for with the id beside it, which has an index."
_IN_POSTING = "It is asked for with a posting, an item, a location or a time."
_ITEM = one(
    "item", lambda: ITEMS, "item_id", needs=Permission.CATALOG_READ, flat=("sku", "category_id")
)
_LOCATION = one("location", lambda: LOCATIONS, "location_id", flat=("code", "kind"))

PAST_LEVELS = Fields.of(
    "StockAsOf", StockLevel, columns("item_id", "location_id"), _ITEM, _LOCATION
)
LEVELS = Fields.of(
    "StockLevel",
    StockLevel,
    columns("id", "item_id", "location_id"),
    unindexed(
        _MOVING,
        *("available", "reserved", "committed", "damaged", "quality_hold", "on_hand"),
        "updated_at",
    ),
    Flag("is_available", lambda it: it.available > 0, "Whether there is any to sell.", _MOVING),
    _ITEM,
    _LOCATION,
)
POSTINGS = Fields.of(
    "Posting",
    Posting,
    columns("id", "recorded_at", "reference_id", "reverses_posting_id"),
    unindexed(_FEW_VALUES, "kind"),
    unindexed(_WITH_ID, "reference_type"),
    unindexed("It is asked for with the time of recording.", "occurred_at"),
    many("movements", lambda: MOVEMENTS, "posting_id", flat=("item_id", "location_id")),
)
MOVEMENTS: Fields = Fields.of(
    "StockMovement",
    StockMovement,
    columns("level_id", "posting_id", "recorded_at"),
    unindexed(_IN_POSTING, "available_delta"),
    Through("item_id", "level"),
    Through("location_id", "level"),
    Through("kind", "posting"),
    one("level", lambda: LEVELS, "level_id"),
    one("posting", lambda: POSTINGS, "posting_id", flat=("reference_id",)),
)
ITEMS.lead(many("stock_levels", lambda: LEVELS, "item_id", needs=Permission.STOCK_READ))
