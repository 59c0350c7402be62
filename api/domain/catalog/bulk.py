"""Many items at once, for whoever has whole files of them: what `create_item` and `update_item` do
for one, with the same refusals, in a few statements for any number.

One row that is refused refuses all: the caller finds out which by asking again for fewer.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from sqlalchemy import ARRAY, ColumnElement, String, any_, func, literal, or_, select

from api.domain.actors import Permission
from api.domain.catalog.commands import CreateItem, UpdateItem
from api.domain.catalog.events import ItemCreated, ItemUpdated
from api.domain.catalog.models import Category, Item
from api.domain.catalog.reads import unknown_item
from api.domain.errors import NotFound
from api.domain.fields import Id, new_id
from api.domain.operations import Key, Kind, Operation
from api.domain.scope import Scope
from api.domain.sets import insert_rows, lowered_values, update_rows


async def hold_limited_items(scope: Scope, skus: Sequence[str]) -> None:
    """Lock those of the items that buyers lock too, for their backorder limits, and in the same
    order: so that the two never wait for each other, in whatever order these are changed.
    """
    named = func.lower(Item.sku).in_(select(lowered_values(skus).c.value))
    held = select(Item.id).where(named, Item.backorder_limit.is_not(None)).order_by(Item.id)
    counted = held.with_for_update(key_share=True).subquery()
    await scope.session.execute(select(func.count()).select_from(counted))


async def category_ids(scope: Scope, refs: Collection[Id]) -> dict[Id, Id]:
    """The ids of the categories that exist, by the very references given; of several with one slug
    the topmost, then oldest.
    """
    plain = [ref for ref in refs if ":" not in ref]
    slugs = [ref.partition(":")[2] for ref in refs if ":" in ref]
    known = or_(Category.slug == any_(literal(slugs, ARRAY(String))), Category.id.in_(plain))
    last_wins = (Category.parent_id.is_(None), Category.created_at.desc())
    found = await scope.fetch(select(Category.id, Category.slug).where(known).order_by(*last_wins))
    by_slug = {Id(f"slug:{row.slug}"): row.id for row in found}
    by_ref = by_slug | {row.id: row.id for row in found}
    return {ref: by_ref[ref] for ref in refs if ref in by_ref}


async def _create_items(scope: Scope, commands: Sequence[CreateItem]) -> list[Id]:
    """Add items to the catalog; their ids."""
    rows = await columns_of(scope, commands)
    await insert_items(scope, rows)
    return [row["id"] for row in rows]


async def insert_items(
    scope: Scope, rows: Sequence[dict[str, Any]], unless: ColumnElement[Any] | None = None
) -> set[Id]:
    """Write those that are new, in an order that all keep who write the same ones."""
    for row in rows:
        row["id"] = new_id("item")
    in_order = sorted(rows, key=lambda row: str(row["sku"]).lower())
    written = await insert_rows(scope, Item, in_order, unless)
    for row in rows:
        if row["id"] in written:
            scope.announce(ItemCreated(row["id"], row["sku"]))
    return written


async def _update_items(scope: Scope, changes: Mapping[Id, UpdateItem]) -> None:
    """Change of each item what is named for it, and only that."""
    rows = await columns_of(scope, changes.values())
    versions = await update_rows(scope, Item, dict(zip(changes, rows, strict=True)))
    for id in changes:
        if id not in versions:
            raise unknown_item(id)
        scope.announce(ItemUpdated(id, versions[id]))


create_items = Operation[Sequence[CreateItem], list[Id]](
    "create_items", Kind.COMMAND, Permission.CATALOG_WRITE, Key.OPTIONAL, False, _create_items
)
update_items = Operation[Mapping[Id, UpdateItem], None](
    "update_items", Kind.COMMAND, Permission.CATALOG_WRITE, Key.OPTIONAL, False, _update_items
)


async def columns_of(scope: Scope, commands: Iterable[BaseModel]) -> list[dict[str, Any]]:
    """The commands as columns; refused is a category that does not exist."""
    rows = [priced(command.model_dump()) for command in commands]
    refs = {row["category_id"] for row in rows if row.get("category_id")}
    ids = await category_ids(scope, refs) if refs else {}
    for row in rows:
        ref = row.get("category_id")
        if ref and ref not in ids:
            raise NotFound(f"There is no category {ref}.", ref)
        if ref:
            row["category_id"] = ids[ref]
    return rows


def priced(values: dict[str, Any]) -> dict[str, Any]:
    """A command's values with the price in the columns that it is kept in."""
    if "price" in values:
        price = values["price"] or {"amount": None, "currency": None}
        values |= {"price": price["amount"], "currency": price["currency"]}
    return values
