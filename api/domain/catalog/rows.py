"""What becomes of each row where many items are created, changed or replaced at once."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func

from api.domain.catalog import models, reads
from api.domain.catalog.bulk import columns_of, create_items, insert_items, update_items
from api.domain.catalog.commands import CreateItem, ItemUpdate, ItemUpsert, UpdateItem, UpsertItem
from api.domain.catalog.models import Tracking
from api.domain.catalog.reads import Item
from api.domain.errors import Busy, Conflict, ValidationFailed, VersionConflict
from api.domain.fields import Id
from api.domain.refusals import StockroomError
from api.domain.scope import Scope
from api.domain.sets import hold_rows, ids_by_key

ATTEMPTS = 5
MAX_SKU = 64
_TWICE = "The same item stands twice in one set."  # which is divided, until it does not
_CHANGEABLE = UpdateItem.model_fields.keys()

Done = Item | StockroomError


async def create_each(scope: Scope, rows: Sequence[CreateItem]) -> list[Done]:
    """Add items."""
    ids = await create_items(scope, rows)
    found = await reads.ITEMS_BY_ID.one_each(scope, ids)
    return [found[id] for id in ids]


async def update_each(scope: Scope, rows: Sequence[ItemUpdate]) -> list[Done]:
    """Change items that are at the versions expected."""
    known = await reads.known_items(scope, [row.item_id for row in rows])
    there = await _held(scope, {item.id for item in known.values()})
    changes: dict[Id, UpdateItem] = {}
    results: list[Id | StockroomError] = []
    for row in rows:
        item = there[known[row.item_id].id] if row.item_id in known else None
        if item is None:
            results.append(reads.unknown_item(row.item_id))
        elif item.id in changes:
            raise Conflict(_TWICE)
        elif item.version != row.expected_version:
            results.append(VersionConflict.of("item", item.version, row.expected_version))
        else:
            changes[item.id] = _change(row)
            results.append(item.id)
    return await _changed(scope, changes, results)


async def upsert_each(scope: Scope, rows: Sequence[ItemUpsert]) -> list[Done]:
    """Create what no item has the SKU of, and replace the others; one that another caller creates
    meanwhile is replaced as well.
    """
    new: set[Id] = set()
    for _ in range(ATTEMPTS):
        known = await ids_by_key(
            scope, models.Item.id, models.Item.sku, [row.sku for row in rows], any_case=True
        )
        if len({key for key, _ in known}) < len(rows):
            raise Conflict(_TWICE)
        missing = [row for row, (_, id) in zip(rows, known, strict=True) if id is None]
        if not missing:
            break
        new |= await _add(scope, missing)
    else:
        raise Busy("Others create and rename the same items. Nothing was done; try again.")
    ids = [id for _, id in known if id]
    old = {id: row for id, row in zip(ids, rows, strict=True) if id not in new}
    refused = await replace(scope, old)
    found = await reads.ITEMS_BY_ID.one_each(scope, ids)
    return [refused.get(id, found[id]) for id in ids]


async def upsert_one(scope: Scope, ref: Id, command: UpsertItem) -> Item:
    """Create or replace the item of a `sku:`, or replace the one of an id."""
    known = None if ref.startswith("sku:") else await reads.item(scope, ref)
    named = command.sku if isinstance(command.sku, str) else None
    if known is None and named and named.lower() != ref[4:].lower():
        raise ValidationFailed.at(["sku"], "contradiction", f"The address says {ref}.")
    if known is None and len(ref) > MAX_SKU + 4:
        message = f"A SKU has at most {MAX_SKU} characters."
        raise ValidationFailed.at(["item_id"], "string_too_long", message)
    values = {name: getattr(command, name) for name in command.model_fields_set}
    row = ItemUpsert.model_construct(**values | {"sku": named or (known.sku if known else ref[4:])})
    if known is None:
        [done] = await upsert_each(scope, [row])
    else:
        done = (await replace(scope, {known.id: row})).get(known.id) or await reads.item(scope, ref)
    if isinstance(done, StockroomError):
        raise done
    return done


async def replace(scope: Scope, rows: Mapping[Id, ItemUpsert]) -> dict[Id, StockroomError]:
    """Replace items; of those that cannot be, why not."""
    there = await _held(scope, set(rows))
    refused: dict[Id, StockroomError] = {}
    changes: dict[Id, UpdateItem] = {}
    for id, row in rows.items():
        scope.judge("item", there[id].version)
        if "tracking" in row.model_fields_set and row.tracking is not there[id].tracking:
            refused[id] = Conflict("The tracking of what is there already cannot be changed.")
        else:
            changes[id] = _change(row)
    if changes:
        await update_items(scope, changes)
    return refused


async def _add(scope: Scope, rows: Sequence[ItemUpsert]) -> set[Id]:
    scope.judge("item", None)
    columns = await columns_of(scope, rows)
    for row in columns:
        row.setdefault("tracking", Tracking.NONE)
    return await insert_items(scope, columns, unless=func.lower(models.Item.sku))


async def _held(scope: Scope, ids: set[Id]) -> dict[Id, Item]:
    """The items as they are once nobody else can change them."""
    await hold_rows(scope, models.Item, ids)
    return await reads.ITEMS_BY_ID.one_each(scope, list(ids))


def _change(row: ItemUpdate | ItemUpsert) -> UpdateItem:
    """What is to be written of a row: of an upsert, all that it is about."""
    named = row.model_fields_set if isinstance(row, ItemUpdate) else type(row).model_fields.keys()
    values = {name: getattr(row, name) for name in named & _CHANGEABLE}
    return UpdateItem.model_construct(**values)


async def _changed(
    scope: Scope, changes: Mapping[Id, UpdateItem], results: Sequence[Id | StockroomError]
) -> list[Done]:
    if changes:
        await update_items(scope, changes)
    found = await reads.ITEMS_BY_ID.one_each(scope, list(changes))
    return [it if isinstance(it, StockroomError) else found[it] for it in results]
