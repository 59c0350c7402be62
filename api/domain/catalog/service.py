"""What the catalog can do."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func

from api.domain.actors import Permission
from api.domain.asking import Which
from api.domain.bulk import Bulk, BulkOf, in_bulk, one_by_one
from api.domain.catalog import models, reads, rows
from api.domain.catalog.bulk import priced
from api.domain.catalog.commands import (
    CreateCategory,
    CreateItem,
    ItemUpdate,
    ItemUpsert,
    UpdateCategory,
    UpdateItem,
    UpsertItem,
)
from api.domain.catalog.events import ItemArchived, ItemCreated, ItemUpdated
from api.domain.catalog.reads import Category, Item
from api.domain.errors import Conflict
from api.domain.fields import CategoryRef, Id, ItemRef
from api.domain.operations import Key, Kind, operation
from api.domain.paging import Page, Window
from api.domain.scope import Scope
from api.domain.sqlstates import on_constraint, unique

unique("uq_items_sku", "sku", "Another item has this SKU.")
unique("uq_items_barcode", "barcode", "Another item has this barcode.")
unique("uq_categories_parent_id_slug", "slug", "A category beside it has this slug.")
on_constraint(
    "items_without_stock_have_none",
    lambda: Conflict(
        "There is stock of this item, or an open order of it: end the orders and take the stock"
        " out first."
    ),
)
on_constraint("no_cycle", lambda: Conflict("It would come to stand under itself."))
on_constraint(
    "ck_categories_not_its_own_parent", lambda: Conflict("It would come to stand under itself.")
)


@operation(Kind.QUERY, Permission.CATALOG_READ, listing=reads.CATEGORIES)
async def list_categories(scope: Scope, which: Which, window: Window) -> Page[Category]:
    """Categories, by name unless asked otherwise."""
    return await reads.CATEGORIES.page(scope, which, window)


@operation(Kind.QUERY, Permission.CATALOG_READ)
async def get_category(scope: Scope, category_id: CategoryRef) -> Category:
    """One category, by id or `slug:`."""
    return await reads.category(scope, category_id)


@operation(Kind.BULK, Permission.CATALOG_READ, lookup=reads.CATEGORIES_BY_ID)
async def categories_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, Category]:
    """Categories for links."""
    return await reads.CATEGORIES_BY_ID.one_each(scope, ids)


@operation(Kind.COMMAND, Permission.CATALOG_WRITE)
async def create_category(scope: Scope, command: CreateCategory) -> Category:
    """Add a category."""
    values = await _with_category(scope, command.model_dump(), "parent_id")
    row = models.Category(**values)
    scope.session.add(row)
    await scope.session.flush()
    return await reads.category(scope, row.id)


@operation(Kind.COMMAND, Permission.CATALOG_WRITE, versioned=True)
async def update_category(
    scope: Scope, category_id: CategoryRef, command: UpdateCategory
) -> Category:
    """Rename or move a category; the tree stays a tree."""
    known = await reads.category(scope, category_id)
    row = await scope.lock(models.Category, known.id, "category")
    for name, value in (await _with_category(scope, command.model_dump(), "parent_id")).items():
        setattr(row, name, value)
    await scope.session.flush()
    return await reads.category(scope, row.id)


@operation(Kind.COMMAND, Permission.CATALOG_WRITE, key=Key.REQUIRED)
async def category_bulk_create(scope: Scope, command: BulkOf[CreateCategory]) -> Bulk[Category]:
    """Add categories; a row may stand under an earlier one."""
    return await one_by_one(scope, command, create_category)


@operation(Kind.QUERY, Permission.CATALOG_READ, listing=reads.ITEMS)
async def list_items(scope: Scope, which: Which, window: Window) -> Page[Item]:
    """Items, by SKU unless asked otherwise."""
    return await reads.ITEMS.page(scope, which, window)


@operation(Kind.QUERY, Permission.CATALOG_READ)
async def get_item(scope: Scope, item_id: ItemRef) -> Item:
    """One item, by id or `sku:`."""
    return await reads.item(scope, item_id)


@operation(Kind.BULK, Permission.CATALOG_READ, lookup=reads.ITEMS_BY_ID)
async def items_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, Item]:
    """Items for links."""
    return await reads.ITEMS_BY_ID.one_each(scope, ids)


@operation(Kind.COMMAND, Permission.CATALOG_WRITE)
async def create_item(scope: Scope, command: CreateItem) -> Item:
    """Add an item to the catalog."""
    values = await _with_category(scope, command.model_dump(), "category_id")
    row = models.Item(**priced(values))
    scope.session.add(row)
    await scope.session.flush()
    scope.announce(ItemCreated(row.id, row.sku))
    return await reads.item(scope, row.id)


@operation(Kind.COMMAND, Permission.CATALOG_WRITE, versioned=True)
async def update_item(scope: Scope, item_id: ItemRef, command: UpdateItem) -> Item:
    """Change what is named, and only that; stock is kept of an item with stock or open orders.

    Where keeping stock begins, orders that are open already leave as they were placed, without.
    """
    known = await reads.item(scope, item_id)
    row = await scope.lock(models.Item, known.id, "item")
    values = await _with_category(scope, command.model_dump(), "category_id")
    for name, value in priced(values).items():
        setattr(row, name, value)
    await scope.session.flush()
    scope.announce(ItemUpdated(row.id, row.version))
    return await reads.item(scope, row.id)


@operation(Kind.COMMAND, Permission.CATALOG_WRITE, upserts=True)
async def upsert_item(scope: Scope, item_id: ItemRef, command: UpsertItem) -> Item:
    """Create the item of a `sku:`, at version 1, or replace what is there, all but its tracking."""
    return await rows.upsert_one(scope, item_id, command)


@operation(Kind.COMMAND, Permission.CATALOG_WRITE, key=Key.REQUIRED)
async def item_bulk_create(scope: Scope, command: BulkOf[CreateItem]) -> Bulk[Item]:
    """Add items to the catalog."""
    return await in_bulk(scope, command, rows.create_each)


@operation(Kind.COMMAND, Permission.CATALOG_WRITE, key=Key.REQUIRED)
async def item_bulk_update(scope: Scope, command: BulkOf[ItemUpdate]) -> Bulk[Item]:
    """Change of each item what is named, at the version that is expected."""
    return await in_bulk(scope, command, rows.update_each)


@operation(Kind.COMMAND, Permission.CATALOG_WRITE, key=Key.REQUIRED)
async def item_bulk_upsert(scope: Scope, command: BulkOf[ItemUpsert]) -> Bulk[Item]:
    """Create items by their SKUs, at version 1, or replace what is there."""
    return await in_bulk(scope, command, rows.upsert_each)


@operation(Kind.COMMAND, Permission.CATALOG_WRITE, versioned=True)
async def archive_item(scope: Scope, item_id: ItemRef) -> Item:
    """Take an item out of sale; its history stays. Archiving twice changes nothing."""
    known = await reads.item(scope, item_id)
    row = await scope.lock(models.Item, known.id, "item")
    if row.archived_at is not None:
        scope.session.expire(row)  # the version that the lock counted up goes down again
        return await reads.item(scope, known.id)
    row.archived_at = func.clock_timestamp()  # the database's clock
    scope.announce(ItemArchived(known.id))
    await scope.session.flush()
    return await reads.item(scope, row.id)


async def _with_category(scope: Scope, values: dict[str, Any], name: str) -> dict[str, Any]:
    if values.get(name) is not None:
        values[name] = (await reads.category(scope, values[name])).id
    return values
