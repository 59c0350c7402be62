"""The rows of the catalog as both faces send them, and the statements that read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.domain.asking import Asking, search
from api.domain.catalog.models import Category as C
from api.domain.catalog.models import Item as I
from api.domain.catalog.models import Tracking
from api.domain.catalog.selection import CATEGORIES as CATEGORY_FIELDS
from api.domain.catalog.selection import ITEMS as ITEM_FIELDS
from api.domain.conditions import contains, equals
from api.domain.errors import NotFound
from api.domain.fields import Attributes, Id, Quantity
from api.domain.lookups import Lookup
from api.domain.money import Money
from api.domain.paging import Listing, SortKey
from api.domain.references import ByRef
from api.domain.scope import Scope
from api.domain.selecting import Priced, Source


@dataclass(slots=True)
class Category:
    """A shelf in the catalog's tree."""

    id: Id
    name: str
    slug: str
    parent_id: Id | None
    version: int
    created_at: datetime


@dataclass(slots=True)
class Item:
    """What is counted and sold."""

    id: Id
    sku: str
    name: str
    description: str | None
    barcode: str | None
    category_id: Id | None
    unit: str
    price: Money | None
    track_stock: bool
    tracking: Tracking
    allow_backorder: bool
    backorder_limit: Quantity | None
    attributes: Attributes
    archived_at: datetime | None
    version: int
    created_at: datetime


CATEGORY = Source(Category, C).keyed("id")
ITEM = Source(Item, I, price=Priced(I.price, I.currency)).keyed("id")
_HELD_ITEM = ITEM.held(read=True, key_share=True)
_ITEM_BY_REF = ByRef(ITEM, I.id, I.sku)
_HELD_ITEM_BY_REF = ByRef(_HELD_ITEM, I.id, I.sku)
CATEGORIES_BY_ID = Lookup(CATEGORY, "id")
ITEMS_BY_ID = Lookup(ITEM, "id")
_CATEGORY_BY_ID = equals("id", C.id)
_CATEGORY_BY_SLUG = equals("slug", C.slug)
_TOPMOST_THEN_OLDEST = (C.parent_id.is_not(None), C.created_at)

CATEGORIES = Listing(
    name="categories",
    source=CATEGORY,
    id=C.id,
    asking=Asking(
        CATEGORY_FIELDS, (search(contains("q", C.name, C.slug), "Part of the name or the slug."),)
    ),
    sortable={"NAME": C.name, "CREATED_AT": C.created_at},
    default=(SortKey("NAME"),),
)
ITEMS = Listing(
    name="items",
    source=ITEM,
    id=I.id,
    asking=Asking(
        ITEM_FIELDS,
        (
            search(
                contains("q", I.name, I.sku, I.barcode), "Part of the name, the SKU or the barcode."
            ),
        ),
    ),
    sortable={"SKU": I.sku, "NAME": I.name, "CREATED_AT": I.created_at},
    default=(SortKey("SKU"),),
)


async def category(scope: Scope, ref: Id) -> Category:
    """One category by id or `slug:`; where a slug stands under several parents, the topmost, then
    oldest.
    """
    named = _CATEGORY_BY_SLUG(ref[5:]) if ref.startswith("slug:") else _CATEGORY_BY_ID(ref)
    found = await CATEGORY.rows(scope, named, order_by=_TOPMOST_THEN_OLDEST)
    if not found:
        raise NotFound(f"There is no category {ref}.", ref)
    return found[0]


async def item(scope: Scope, ref: Id, *, held: bool = False) -> Item:
    """One item by id or `sku:`."""
    return (await items_by_ref(scope, [ref], held=held))[ref]


async def items_by_ref(scope: Scope, refs: Sequence[Id], *, held: bool = False) -> dict[Id, Item]:
    """The items by the very references given, ids or `sku:`, in one statement; raises NotFound for
    the first unknown.
    """
    known = await known_items(scope, refs, held=held)
    for ref in refs:
        if ref not in known:
            raise unknown_item(ref)
    return known


def unknown_item(ref: Id) -> NotFound:
    """The refusal of a reference that leads to no item."""
    return NotFound(f"There is no item {ref}.", ref)


async def known_items(scope: Scope, refs: Sequence[Id], *, held: bool = False) -> dict[Id, Item]:
    """The items that exist, by reference; whether stock is kept of one that is held stays as it is
    until this command ends.
    """
    return await (_HELD_ITEM_BY_REF if held else _ITEM_BY_REF).rows(scope, refs)
