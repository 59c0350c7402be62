"""What the catalog may be filtered by."""

from sqlalchemy import func

from api.domain.catalog.models import Category, Item
from api.domain.filters.declaring import Column, Fields, Flag, columns, one, unindexed

_FEW_VALUES = "It has a handful of values."

CATEGORIES: Fields = Fields.of(
    "Category",
    Category,
    columns("id", "name", "slug", "parent_id", "created_at"),
    Flag("is_root", lambda it: it.parent_id.is_(None), "Whether it has no parent."),
    one("parent", lambda: CATEGORIES, "parent_id", flat=("slug",)),
)
ITEMS = Fields.of(
    "Item",
    Item,
    columns("id"),
    Column("sku", key=func.lower),
    columns("name", "barcode", "category_id", "price", "created_at"),
    unindexed(_FEW_VALUES, "currency", "unit", "tracking", "track_stock", "allow_backorder"),
    Flag(
        "is_archived",
        lambda it: it.archived_at.is_not(None),
        "Whether it is out of sale.",
        _FEW_VALUES,
    ),
    one("category", lambda: CATEGORIES, "category_id", flat=("slug",)),
)
