"""The rows of the catalog as both faces send them, and the statements that read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select

from api.domain.base import matches
from api.domain.catalog.commands import CategoryFilter, ItemFilter
from api.domain.catalog.models import Category as C
from api.domain.catalog.models import Item as I
from api.domain.catalog.models import Tracking
from api.domain.errors import NotFound
from api.domain.fields import Attributes, Id, Quantity
from api.domain.money import Money
from api.domain.paging import Listing, SortKey
from api.domain.references import any_case, rows_by_ref
from api.domain.scope import Scope


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


def _category(row: Row[*tuple[Any, ...]]) -> Category:
    return Category(row.id, row.name, row.slug, row.parent_id, row.version, row.created_at)


def _item(row: Row[*tuple[Any, ...]]) -> Item:
    return Item(
        id=row.id,
        sku=row.sku,
        name=row.name,
        description=row.description,
        barcode=row.barcode,
        category_id=row.category_id,
        unit=row.unit,
        price=None if row.price is None else Money.of(row.price, row.currency),
        track_stock=row.track_stock,
        tracking=row.tracking,
        allow_backorder=row.allow_backorder,
        backorder_limit=row.backorder_limit,
        attributes=row.attributes,
        archived_at=row.archived_at,
        version=row.version,
        created_at=row.created_at,
    )


_CATEGORIES = select(C.id, C.name, C.slug, C.parent_id, C.version, C.created_at)
_ITEMS = select(*I.__table__.columns)

CATEGORIES = Listing(
    name="categories",
    statement=_CATEGORIES,
    row=_category,
    id=C.__table__.c.id,
    sortable={"NAME": C.__table__.c.name, "CREATED_AT": C.__table__.c.created_at},
    default=(SortKey("NAME"),),
)
ITEMS = Listing(
    name="items",
    statement=_ITEMS,
    row=_item,
    id=I.__table__.c.id,
    sortable={
        "SKU": I.__table__.c.sku,
        "NAME": I.__table__.c.name,
        "CREATED_AT": I.__table__.c.created_at,
    },
    default=(SortKey("SKU"),),
)


def which_categories(filter: CategoryFilter) -> list[ColumnElement[bool]]:
    """The filter as SQL."""
    where: list[ColumnElement[bool]] = []
    if filter.q is not None:
        where.append(or_(matches(C.name, filter.q), matches(C.slug, filter.q)))
    if filter.slug is not None:
        where.append(C.slug.in_(filter.slug))
    if filter.parent_id is not None:
        where.append(C.parent_id == filter.parent_id)
    if filter.is_root is not None:
        where.append(C.parent_id.is_(None) if filter.is_root else C.parent_id.is_not(None))
    return where


def which_items(filter: ItemFilter) -> list[ColumnElement[bool]]:
    """The filter as SQL."""
    where: list[ColumnElement[bool]] = []
    if filter.q is not None:
        where.append(or_(*(matches(column, filter.q) for column in (I.name, I.sku, I.barcode))))
    if filter.sku is not None:
        where.append(any_case(I.sku, filter.sku))
    if filter.category_id is not None:
        where.append(I.category_id.in_(filter.category_id))
    if filter.tracking is not None:
        where.append(I.tracking.in_(filter.tracking))
    if filter.is_archived is not None:
        archived = I.archived_at.is_not(None) if filter.is_archived else I.archived_at.is_(None)
        where.append(archived)
    return where


async def categories_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, Category]:
    """The categories that exist, by id."""
    rows = await scope.fetch(_CATEGORIES.where(C.id.in_(ids)))
    return {row.id: _category(row) for row in rows}


async def items_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, Item]:
    """The items that exist, by id."""
    rows = await scope.fetch(_ITEMS.where(I.id.in_(ids)))
    return {row.id: _item(row) for row in rows}


async def category(scope: Scope, ref: Id) -> Category:
    """One category by id or `slug:`; where a slug stands under several parents, the topmost, then
    oldest.
    """
    known = C.slug == ref[5:] if ref.startswith("slug:") else C.id == ref
    oldest = _CATEGORIES.where(known).order_by(C.parent_id.is_not(None), C.created_at).limit(1)
    rows = await scope.fetch(oldest)
    if not rows:
        raise NotFound(f"There is no category {ref}.", ref)
    return _category(rows[0])


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
            raise NotFound(f"There is no item {ref}.", ref)
    return known


async def known_items(scope: Scope, refs: Sequence[Id], *, held: bool = False) -> dict[Id, Item]:
    """The items that exist, by reference; whether stock is kept of one that is held stays as it is
    until this command ends.
    """
    items = _ITEMS.with_for_update(read=True, key_share=True) if held else _ITEMS
    rows = await rows_by_ref(scope, items, I.id, I.sku, refs)
    return {ref: _item(row) for ref, row in rows.items()}
