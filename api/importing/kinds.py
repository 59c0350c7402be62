"""What can be imported, and the columns of each."""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Any

from api.domain.actors import Permission
from api.domain.catalog import bulk as catalog_in_bulk
from api.domain.catalog import service as catalog
from api.domain.catalog.commands import CreateCategory, CreateItem, UpdateCategory, UpdateItem
from api.domain.catalog.models import Category, Item
from api.domain.customers import bulk as customers_in_bulk
from api.domain.customers import service as customers
from api.domain.customers.commands import CreateCustomer, UpdateCustomer
from api.domain.customers.models import Customer
from api.domain.fields import Id
from api.domain.locations import reads as location_reads
from api.domain.locations import service as locations
from api.domain.locations.commands import CreateLocation, UpdateLocation
from api.domain.locations.models import Location
from api.domain.operations import AnyOperation
from api.domain.scope import Scope
from api.domain.sets import Column, ids_by_key
from api.importing.columns import ANY_ATTRIBUTE, boolean, free, integer, reference, text, word
from api.importing.receipts import Receipts
from api.importing.transaction import Subject
from api.importing.upserts import Create, Find, Link, Things, Update


def _known_by(id: Column, key: Column, by_id: AnyOperation, *, any_case: bool) -> Find:
    """Finds things by a key that no two of them share."""

    async def find(scope: Scope, keys: Sequence[str]) -> list[tuple[str, Any]]:
        matches = await ids_by_key(scope, id, key, keys, any_case=any_case)
        things = await by_id(scope, [id for _, id in matches if id])
        return [(same, things[id] if id else None) for same, id in matches]

    return find


def _create_each(create: AnyOperation) -> Create:
    async def create_each(scope: Scope, commands: Sequence[Any]) -> None:
        for command in commands:
            await create(scope, command)

    return create_each


def _update_each(update: AnyOperation) -> Update:
    async def update_each(scope: Scope, changes: Mapping[Id, Any]) -> None:
        for id, command in changes.items():
            await update(scope, id, command)

    return update_each


async def _categories(scope: Scope, slugs: Sequence[str]) -> list[tuple[str, Any]]:
    refs = {slug: Id(f"slug:{slug}") for slug in slugs}
    ids = await catalog_in_bulk.category_ids(scope, refs.values())
    things = await catalog.categories_by_id(scope, list(ids.values()))
    return [(slug, things[ids[ref]] if ref in ids else None) for slug, ref in refs.items()]


async def _location_ids(scope: Scope, refs: Collection[Id]) -> dict[Id, Id]:
    known = await location_reads.known_locations(scope, list(refs))
    return {ref: location.id for ref, location in known.items()}


ITEMS = Things(
    permission=Permission.CATALOG_WRITE,
    readers={
        "sku": text,
        "name": text,
        "description": text,
        "barcode": text,
        "category": reference("slug"),
        "unit": text,
        "price": text,
        "currency": text,
        "track_stock": boolean,
        "tracking": word,
        "allow_backorder": boolean,
        "backorder_limit": integer,
        ANY_ATTRIBUTE: free,
    },
    model=Item,
    key="sku",
    creation=CreateItem,
    create=catalog_in_bulk.create_items,
    change=UpdateItem,
    update=catalog_in_bulk.update_items,
    find=_known_by(Item.id, Item.sku, catalog.items_by_id, any_case=True),
    hold=catalog_in_bulk.hold_limited_items,
    links={"category": Link("category_id", catalog_in_bulk.category_ids, catalog.get_category)},
    fixed=frozenset({"tracking"}),
)
CATEGORIES = Things(
    permission=Permission.CATALOG_WRITE,
    readers={"slug": text, "name": text, "parent": reference("slug")},
    model=Category,
    key="slug",
    creation=CreateCategory,
    create=_create_each(catalog.create_category),
    change=UpdateCategory,
    update=_update_each(catalog.update_category),
    find=_categories,
    links={"parent": Link("parent_id", catalog_in_bulk.category_ids, catalog.get_category)},
    in_sets=False,
)
LOCATIONS = Things(
    permission=Permission.CATALOG_WRITE,
    readers={
        "code": text,
        "name": text,
        "kind": word,
        "parent": reference("code"),
        "holds_stock": boolean,
        "sellable": boolean,
        "priority": integer,
    },
    model=Location,
    key="code",
    creation=CreateLocation,
    create=_create_each(locations.create_location),
    change=UpdateLocation,
    update=_update_each(locations.update_location),
    find=_known_by(Location.id, Location.code, locations.locations_by_id, any_case=True),
    links={"parent": Link("parent_id", _location_ids, locations.get_location)},
    in_sets=False,
)
CUSTOMERS = Things(
    permission=Permission.CUSTOMERS_WRITE,
    readers={"external_ref": text, "name": text, "email": text},
    model=Customer,
    key="external_ref",
    creation=CreateCustomer,
    create=customers_in_bulk.create_customers,
    change=UpdateCustomer,
    update=customers_in_bulk.update_customers,
    find=_known_by(Customer.id, Customer.external_ref, customers.customers_by_id, any_case=False),
)


class Kind(StrEnum):
    """What the rows of a file can be."""

    CATEGORIES = "categories"
    ITEMS = "items"
    LOCATIONS = "locations"
    STOCK = "stock"
    CUSTOMERS = "customers"


KINDS: dict[Kind, Subject] = {
    Kind.CATEGORIES: CATEGORIES,
    Kind.ITEMS: ITEMS,
    Kind.LOCATIONS: LOCATIONS,
    Kind.STOCK: Receipts(),
    Kind.CUSTOMERS: CUSTOMERS,
}
