"""What may be asked of the catalog."""

from typing import Annotated

from pydantic import MISSING, Field, StringConstraints

from api.domain.catalog.models import Tracking
from api.domain.fields import (
    LAX,
    AttributeMap,
    CategoryRef,
    Code,
    Count,
    ItemRef,
    Name,
    Note,
    Sku,
    Strict,
    Version,
)
from api.domain.money import MoneyInput

Slug = Annotated[
    str, StringConstraints(strict=True, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)
]
Unit = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9]{0,19}$")]


class CreateCategory(Strict):
    """A new category, at the top or under another one."""

    name: Name
    slug: Slug
    parent_id: CategoryRef | None = None


class UpdateCategory(Strict):
    """What is to change; a category may not come to stand under itself."""

    name: Name | MISSING = MISSING
    slug: Slug | MISSING = MISSING
    parent_id: CategoryRef | None | MISSING = MISSING


class CreateItem(Strict):
    """A new item, with no stock anywhere."""

    sku: Sku
    name: Name
    description: Note | None = None
    barcode: Code | None = None
    category_id: CategoryRef | None = None
    unit: Unit = "each"
    price: MoneyInput | None = None
    track_stock: bool = True
    tracking: Annotated[Tracking, LAX] = Tracking.NONE
    allow_backorder: bool = False
    backorder_limit: Count | None = None
    attributes: AttributeMap = Field(default_factory=dict)


class UpsertItem(CreateItem):
    """All that is said of an item; what is not named comes to what a new item would have, but for
    its SKU and its tracking, which stay.
    """

    sku: Sku | MISSING = MISSING  # type: ignore[assignment]  # the address may say it
    tracking: Annotated[Tracking, LAX] | MISSING = MISSING  # type: ignore[assignment]


class ItemUpsert(UpsertItem):
    """An item to create or to replace, by its SKU."""

    sku: Sku


class UpdateItem(Strict):
    """What is to change; what is not named stays as it is."""

    sku: Sku | MISSING = MISSING
    name: Name | MISSING = MISSING
    description: Note | None | MISSING = MISSING
    barcode: Code | None | MISSING = MISSING
    category_id: CategoryRef | None | MISSING = MISSING
    unit: Unit | MISSING = MISSING
    price: MoneyInput | None | MISSING = MISSING
    track_stock: bool | MISSING = MISSING
    allow_backorder: bool | MISSING = MISSING
    backorder_limit: Count | None | MISSING = MISSING
    attributes: AttributeMap | MISSING = MISSING


class ItemUpdate(UpdateItem):
    """A change of one item."""

    item_id: ItemRef
    expected_version: Version
