"""The catalog's root fields."""

import strawberry

from api.domain.catalog import service as catalog
from graphql_schema.bulk import Bulk
from graphql_schema.catalog.types import Category, Item
from graphql_schema.commands import mutation, query
from graphql_schema.paging import connection


@strawberry.type
class CatalogQueries:
    category = query(catalog.get_category, Category)
    categories = connection(catalog.list_categories, Category)
    item = query(catalog.get_item, Item)
    items = connection(catalog.list_items, Item)


@strawberry.type
class CatalogMutations:
    create_category = mutation(catalog.create_category, Category)
    update_category = mutation(catalog.update_category, Category)
    category_bulk_create = mutation(catalog.category_bulk_create, Bulk[Category])
    create_item = mutation(catalog.create_item, Item)
    update_item = mutation(catalog.update_item, Item)
    upsert_item = mutation(catalog.upsert_item, Item)
    item_bulk_create = mutation(catalog.item_bulk_create, Bulk[Item])
    item_bulk_update = mutation(catalog.item_bulk_update, Bulk[Item])
    item_bulk_upsert = mutation(catalog.item_bulk_upsert, Bulk[Item])
    archive_item = mutation(catalog.archive_item, Item)
