"""What must stay as it is while stock grows, locked in the order that all commands keep: items,
locations by id, levels by id.
"""

from collections.abc import Collection, Iterable, Sequence

from api.domain.catalog import reads as catalog
from api.domain.catalog.reads import Item
from api.domain.fields import Id
from api.domain.locations import reads as locations
from api.domain.locations.errors import LocationHoldsNoStock
from api.domain.locations.reads import Location
from api.domain.scope import Scope
from api.domain.stock import ledger
from api.domain.stock.errors import StockNotTracked
from api.domain.stock.moves import LockedLevel

BATCH = 1000


async def lock_level(scope: Scope, item_ref: Id, location_ref: Id, *, grows: bool) -> LockedLevel:
    """The level of an item at a location, made if there is none; refused if none may be there."""
    item = await catalog.item(scope, item_ref, held=grows)
    location = await locations.location(scope, location_ref, held=grows)
    refuse_untracked([item])
    if grows:
        refuse_closed([location])
    pair = (item.id, location.id)
    return (await ledger.lock_levels(scope, [pair], create=True))[pair]


async def hold_delivery(
    scope: Scope, refs: Collection[tuple[Id, Id]], taken: Collection[tuple[Id, Id]] = ()
) -> None:
    """Lock the levels of all items and locations that a delivery names, before the first of them
    is received, and those from which is only taken, where there are any; what is unknown or
    refused is left for its own line.
    """
    items: dict[Id, Id] = {}
    for some in _batches(sorted({item for item, _ in (*refs, *taken)})):
        known = await catalog.known_items(scope, some)
        items |= {ref: item.id for ref, item in known.items() if item.track_stock}
    places = await locations.known_locations(
        scope, sorted({place for _, place in (*refs, *taken)}), held=True
    )
    named = [(item, place) for item, place in refs if item in items and place in places]
    coming = {(items[it], places[at].id) for it, at in named if not _is_closed(places[at])}
    going = {(items[it], places[at].id) for it, at in taken if it in items and at in places}
    await ledger.hold_levels(scope, coming, going)


def refuse_untracked(items: Iterable[Item]) -> None:
    """Refuse stock of what is sold without keeping any."""
    for item in items:
        if not item.track_stock:
            raise StockNotTracked(f"No stock is kept of {item.sku}.", item.id)


def refuse_closed(places: Iterable[Location]) -> None:
    """Refuse more stock where there can be none."""
    for location in places:
        if _is_closed(location):
            message = f"The location {location.code} is archived or holds no stock."
            raise LocationHoldsNoStock(message, location.id)


def _is_closed(location: Location) -> bool:
    return location.archived_at is not None or not location.holds_stock


def _batches(refs: Sequence[Id]) -> Iterable[Sequence[Id]]:
    return (refs[start : start + BATCH] for start in range(0, len(refs), BATCH))
