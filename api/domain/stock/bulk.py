"""Many changes of stock at once, for whoever has whole deliveries and counts of them: what
`receive_stock` and `adjust_stock` do for one, each a posting of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from api.domain.actors import Permission
from api.domain.bulk import Do
from api.domain.catalog import reads as catalog
from api.domain.catalog.reads import Item
from api.domain.fields import Id
from api.domain.locations import reads as locations
from api.domain.locations.reads import Location
from api.domain.operations import Key, Kind, Operation
from api.domain.refusals import StockroomError
from api.domain.scope import Scope
from api.domain.stock import ledger, reads
from api.domain.stock.commands import AdjustStock, ReceiveStock
from api.domain.stock.holding import hold_delivery, refuse_closed, refuse_untracked
from api.domain.stock.models import PostingKind
from api.domain.stock.moves import Move
from api.domain.stock.posting import adjusted, post, received
from api.domain.stock.reads import Posting

Change = ReceiveStock | AdjustStock
C = TypeVar("C", ReceiveStock, AdjustStock)


async def hold(scope: Scope, commands: Sequence[Change]) -> None:
    """Lock all that these will change before the first of them, in the order that all keep."""
    pairs = {(it.item_id, it.location_id): False for it in commands}
    pairs |= {(it.item_id, it.location_id): True for it in commands if _grows(it)}
    growing = [pair for pair, grows in pairs.items() if grows]
    await hold_delivery(scope, growing, [pair for pair, grows in pairs.items() if not grows])


async def _receive_each(
    scope: Scope, commands: Sequence[ReceiveStock]
) -> list[Id | StockroomError]:
    """Take in what can be taken in: the postings, and of each other row why not."""
    return await _post_each(scope, PostingKind.RECEIVE, commands, received)


async def _adjust_each(scope: Scope, commands: Sequence[AdjustStock]) -> list[Id | StockroomError]:
    """Correct what is there; raises what would go below zero."""
    return await _post_each(scope, PostingKind.ADJUST, commands, adjusted)


receive_each = Operation[Sequence[ReceiveStock], list[Id | StockroomError]](
    "receive_each", Kind.COMMAND, Permission.STOCK_WRITE, Key.OPTIONAL, False, _receive_each
)
adjust_each = Operation[Sequence[AdjustStock], list[Id | StockroomError]](
    "adjust_each", Kind.COMMAND, Permission.STOCK_WRITE, Key.OPTIONAL, False, _adjust_each
)


def postings_by(post_each: Operation[Sequence[C], list[Id | StockroomError]]) -> Do[C, Posting]:
    """What `post_each` writes, as it is read."""

    async def do(scope: Scope, commands: Sequence[C]) -> list[Posting | StockroomError]:
        results = await post_each(scope, commands)
        ids = [result for result in results if not isinstance(result, StockroomError)]
        found = await reads.postings_by_id(scope, ids)
        return [it if isinstance(it, StockroomError) else found[it] for it in results]

    return do


async def _post_each(
    scope: Scope, kind: PostingKind, commands: Sequence[C], move_of: Callable[[Id, C], Move]
) -> list[Id | StockroomError]:
    item_refs = {command.item_id for command in commands}
    items = await catalog.known_items(scope, list(item_refs), held=True)
    place_refs = {command.location_id for command in commands}
    places = await locations.known_locations(scope, list(place_refs), held=True)
    pairs = [_pair(command, items, places) for command in commands]
    good = [pair for pair in pairs if not isinstance(pair, StockroomError)]
    levels = await ledger.lock_levels(scope, good, create=True)
    results: list[Id | StockroomError] = []
    for command, pair in zip(commands, pairs, strict=True):
        if isinstance(pair, StockroomError):
            results.append(pair)
            continue
        move = move_of(levels[pair].id, command)
        posting_id, levels[pair] = await post(scope, kind, levels[pair], move, command)
        results.append(posting_id)
    return results


def _pair(
    command: Change, items: Mapping[Id, Item], places: Mapping[Id, Location]
) -> tuple[Id, Id] | StockroomError:
    """The level's item and location, or why nothing can be changed there."""
    item, place = items.get(command.item_id), places.get(command.location_id)
    if item is None:
        return catalog.unknown_item(command.item_id)
    if place is None:
        return locations.unknown_location(command.location_id)
    try:
        refuse_untracked([item])
        refuse_closed([place] if _grows(command) else [])
    except StockroomError as refusal:
        return refusal
    return item.id, place.id


def _grows(command: Change) -> bool:
    return isinstance(command, ReceiveStock) or command.delta > 0
