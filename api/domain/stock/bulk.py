"""Many receipts at once, for whoever has whole deliveries of them: what `receive_stock` does for
one, each a posting of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from api.domain.actors import Permission
from api.domain.catalog import reads as catalog
from api.domain.catalog.reads import Item
from api.domain.errors import StockroomError
from api.domain.fields import Id
from api.domain.locations import reads as locations
from api.domain.locations.reads import Location
from api.domain.operations import Key, Kind, Operation
from api.domain.scope import Scope
from api.domain.stock import ledger
from api.domain.stock.commands import ReceiveStock
from api.domain.stock.events import StockReceived
from api.domain.stock.holding import refuse_closed, refuse_untracked
from api.domain.stock.models import PostingKind
from api.domain.stock.moves import Move


async def _receive_each(
    scope: Scope, commands: Sequence[ReceiveStock]
) -> list[StockroomError | None]:
    """Take in what can be taken in; says of each why not, or None. Locks all that they name before
    the first is received: items, locations, levels, each by id.
    """
    item_refs = {command.item_id for command in commands}
    items = await catalog.known_items(scope, list(item_refs), held=True)
    place_refs = {command.location_id for command in commands}
    places = await locations.known_locations(scope, list(place_refs), held=True)
    refusals: list[StockroomError | None] = []
    good: list[tuple[ReceiveStock, tuple[Id, Id]]] = []
    for command in commands:
        try:
            pair = _pair(command, items, places)
        except StockroomError as refusal:
            refusals.append(refusal)
        else:
            refusals.append(None)
            good.append((command, pair))
    await _receive(scope, good)
    return refusals


receive_each = Operation[Sequence[ReceiveStock], list[StockroomError | None]](
    "receive_each", Kind.COMMAND, Permission.STOCK_WRITE, Key.OPTIONAL, False, _receive_each
)


def _pair(
    command: ReceiveStock, items: Mapping[Id, Item], places: Mapping[Id, Location]
) -> tuple[Id, Id]:
    """The level's item and location; raises why nothing can be received there."""
    item, place = items.get(command.item_id), places.get(command.location_id)
    if item is None:
        raise catalog.unknown_item(command.item_id)
    if place is None:
        raise locations.unknown_location(command.location_id)
    refuse_untracked([item])
    refuse_closed([place])
    return item.id, place.id


async def _receive(scope: Scope, good: Sequence[tuple[ReceiveStock, tuple[Id, Id]]]) -> None:
    levels = await ledger.lock_levels(scope, [pair for _, pair in good], create=True)
    for command, pair in good:
        move = _move(levels[pair].id, command)
        posting_id = await ledger.post(
            scope,
            PostingKind.RECEIVE,
            [move],
            reason=command.reason,
            note=command.note,
            reference=("external", command.reference) if command.reference else None,
            occurred_at=command.occurred_at,
        )
        levels[pair] = level = levels[pair].after(move)
        scope.announce(StockReceived(level.id, posting_id, *pair, level.available, level.on_hand))


def _move(level_id: Id, command: ReceiveStock) -> Move:
    move = Move.of(level_id, {command.bucket: command.quantity})
    if command.unit_cost is None:
        return move
    return replace(move, unit_cost=command.unit_cost.amount, currency=command.unit_cost.currency)
