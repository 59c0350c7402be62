"""What locations may be filtered by."""

from sqlalchemy import func

from api.domain.filters.declaring import Column, Fields, Flag, columns, one, unindexed
from api.domain.locations.models import Location

_FEW_VALUES = "It has a handful of values."

LOCATIONS: Fields = Fields.of(
    "Location",
    Location,
    columns("id"),
    Column("code", key=func.lower),
    columns("name", "parent_id", "priority", "created_at"),
    unindexed(_FEW_VALUES, "kind", "holds_stock", "sellable"),
    Flag("is_root", lambda it: it.parent_id.is_(None), "Whether it stands in no other."),
    Flag(
        "is_archived", lambda it: it.archived_at.is_not(None), "Whether it is closed.", _FEW_VALUES
    ),
    one("parent", lambda: LOCATIONS, "parent_id", flat=("code",)),
)
