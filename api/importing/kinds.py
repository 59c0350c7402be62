"""What can be imported, and the columns of each."""

from collections.abc import Sequence
from enum import StrEnum

from api.domain.actors import Permission
from api.domain.catalog import service as catalog
from api.domain.catalog.commands import ItemFilter
from api.domain.catalog.reads import Category, Item
from api.domain.customers import service as customers
from api.domain.customers.reads import Customer
from api.domain.errors import NotFound
from api.domain.fields import Id
from api.domain.locations import service as locations
from api.domain.locations.commands import LocationFilter
from api.domain.locations.reads import Location
from api.domain.paging import Window
from api.domain.scope import Scope
from api.importing.columns import ANY_ATTRIBUTE, boolean, free, integer, reference, text, word
from api.importing.receipts import Receipts
from api.importing.transaction import CHUNK, Subject
from api.importing.upserts import Link, Things


async def _items(scope: Scope, skus: Sequence[str]) -> dict[str, Item]:
    page = await catalog.list_items(scope, ItemFilter(sku=list(skus)), Window(CHUNK))
    return {item.sku.lower(): item for item in page.rows}


async def _places(scope: Scope, codes: Sequence[str]) -> dict[str, Location]:
    page = await locations.list_locations(scope, LocationFilter(code=list(codes)), Window(CHUNK))
    return {place.code.lower(): place for place in page.rows}


async def _categories(scope: Scope, slugs: Sequence[str]) -> dict[str, Category]:
    found = {}
    for slug in slugs:
        try:
            found[slug] = await catalog.get_category(scope, Id(f"slug:{slug}"))
        except NotFound:
            continue
    return found


async def _customers(scope: Scope, refs: Sequence[str]) -> dict[str, Customer]:
    found = {}
    for ref in refs:
        try:
            found[ref] = await customers.get_customer(scope, Id(f"ref:{ref}"))
        except NotFound:
            continue
    return found


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
    key="sku",
    create=catalog.create_item,
    update=catalog.update_item,
    find=_items,
    links={"category": Link("category_id", catalog.get_category)},
    fixed=frozenset({"tracking"}),
)
CATEGORIES = Things(
    permission=Permission.CATALOG_WRITE,
    readers={"slug": text, "name": text, "parent": reference("slug")},
    key="slug",
    create=catalog.create_category,
    update=catalog.update_category,
    find=_categories,
    links={"parent": Link("parent_id", catalog.get_category)},
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
    key="code",
    create=locations.create_location,
    update=locations.update_location,
    find=_places,
    links={"parent": Link("parent_id", locations.get_location)},
)
CUSTOMERS = Things(
    permission=Permission.CUSTOMERS_WRITE,
    readers={"external_ref": text, "name": text, "email": text},
    key="external_ref",
    create=customers.create_customer,
    update=customers.update_customer,
    find=_customers,
    ignores_case=False,
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
