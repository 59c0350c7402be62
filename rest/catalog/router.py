"""/v1/categories and /v1/items."""

from api.domain.bulk import Bulk, BulkOf, BulkRefused
from api.domain.catalog import service as catalog
from api.domain.catalog.commands import (
    CreateCategory,
    CreateItem,
    ItemUpdate,
    ItemUpsert,
    UpdateCategory,
    UpdateItem,
    UpsertItem,
)
from api.domain.catalog.reads import Category, Item
from api.domain.errors import Conflict, Duplicate, NotFound
from api.domain.fields import CategoryRef, ItemRef
from rest.doors import ReaderDep, WriterDep
from rest.lists import lists
from rest.problems import refusals
from rest.routes import area, created

categories = area("/categories", "catalog")
items = area("/items", "catalog")


lists(categories, catalog.list_categories)


@categories.get("/{category_id}", responses=refusals(NotFound))
async def get_category(reader: ReaderDep, category_id: CategoryRef) -> Category:
    """One category, by id or `slug:`."""
    return await reader.run(catalog.get_category, category_id)


@categories.post("", status_code=201, responses=refusals(NotFound, Duplicate))
async def create_category(writer: WriterDep, command: CreateCategory) -> Category:
    """Add a category."""
    return await writer.run(catalog.create_category, command)


@categories.post("/bulk", responses=refusals(BulkRefused))
async def category_bulk_create(
    writer: WriterDep, command: BulkOf[CreateCategory]
) -> Bulk[Category]:
    """Add up to 500 categories, parents first; needs an `Idempotency-Key`."""
    return await writer.run(catalog.category_bulk_create, command)


@categories.patch("/{category_id}", responses=refusals(NotFound, Duplicate, Conflict))
async def update_category(
    writer: WriterDep, category_id: CategoryRef, command: UpdateCategory
) -> Category:
    """Rename or move a category."""
    return await writer.run(catalog.update_category, category_id, command)


lists(items, catalog.list_items)


@items.get("/{item_id}", responses=refusals(NotFound))
async def get_item(reader: ReaderDep, item_id: ItemRef) -> Item:
    """One item, by id or `sku:`."""
    return await reader.run(catalog.get_item, item_id)


@items.post("", status_code=201, responses=refusals(NotFound, Duplicate))
async def create_item(writer: WriterDep, command: CreateItem) -> Item:
    """Add an item to the catalog."""
    return await writer.run(catalog.create_item, command)


@items.post("/bulk", responses=refusals(BulkRefused))
async def item_bulk_create(writer: WriterDep, command: BulkOf[CreateItem]) -> Bulk[Item]:
    """Add up to 500 items; needs an `Idempotency-Key`."""
    return await writer.run(catalog.item_bulk_create, command)


@items.patch("/bulk", responses=refusals(BulkRefused))
async def item_bulk_update(writer: WriterDep, command: BulkOf[ItemUpdate]) -> Bulk[Item]:
    """Change up to 500 items, each at its version; needs an `Idempotency-Key`."""
    return await writer.run(catalog.item_bulk_update, command)


@items.put("/bulk", responses=refusals(BulkRefused))
async def item_bulk_upsert(writer: WriterDep, command: BulkOf[ItemUpsert]) -> Bulk[Item]:
    """Create or replace up to 500 items by their SKUs; needs an `Idempotency-Key`."""
    return await writer.run(catalog.item_bulk_upsert, command)


@items.put("/{item_id}", responses=refusals(NotFound, Duplicate, Conflict) | created(Item))
async def upsert_item(writer: WriterDep, item_id: ItemRef, command: UpsertItem) -> Item:
    """Create the item of a `sku:` (201), or replace what is there (200), all but its tracking."""
    return await writer.run(catalog.upsert_item, item_id, command)


@items.patch("/{item_id}", responses=refusals(NotFound, Duplicate))
async def update_item(writer: WriterDep, item_id: ItemRef, command: UpdateItem) -> Item:
    """Change what is named, and only that."""
    return await writer.run(catalog.update_item, item_id, command)


@items.post("/{item_id}/archive", responses=refusals(NotFound))
async def archive_item(writer: WriterDep, item_id: ItemRef) -> Item:
    """Take an item out of sale."""
    return await writer.run(catalog.archive_item, item_id)
