"""What can be done to the stock by hand: each is one posting, refused whole or written whole."""

from decimal import Decimal

from api.domain.actors import Permission
from api.domain.bulk import Bulk, BulkOf, in_bulk
from api.domain.catalog import reads as catalog
from api.domain.fields import PostingId, Quantity
from api.domain.locations import reads as locations
from api.domain.operations import Key, Kind, operation
from api.domain.scope import Scope
from api.domain.sqlstates import on_constraint
from api.domain.stock import bulk, ledger, reads
from api.domain.stock.commands import (
    AdjustStock,
    MoveStock,
    ReceiveStock,
    ReversePosting,
    SetStock,
)
from api.domain.stock.errors import (
    AlreadyReversed,
    BelowCommitted,
    NotReversible,
    StaleQuantity,
)
from api.domain.stock.holding import lock_level, refuse_closed, refuse_untracked
from api.domain.stock.models import BUCKETS, PostingKind
from api.domain.stock.moves import LockedLevel, Move
from api.domain.stock.posting import EVENTS, StockCommand, adjusted, announce, post, received
from api.domain.stock.reads import Posting, StockMovement

on_constraint(
    "uq_postings_reverses_posting_id", lambda: AlreadyReversed("This posting is undone already.")
)


@operation(Kind.COMMAND, Permission.STOCK_WRITE, key=Key.REQUIRED)
async def receive_stock(scope: Scope, command: ReceiveStock) -> Posting:
    """Take in stock from outside, at a cost if it is known."""
    level = await _lock_level(scope, command, grows=True)
    return await _post(scope, PostingKind.RECEIVE, level, received(level.id, command), command)


@operation(Kind.COMMAND, Permission.STOCK_WRITE, key=Key.REQUIRED)
async def adjust_stock(scope: Scope, command: AdjustStock) -> Posting:
    """Correct what is there by a difference; never below zero."""
    level = await _lock_level(scope, command, grows=command.delta > 0)
    return await _post(scope, PostingKind.ADJUST, level, adjusted(level.id, command), command)


@operation(Kind.COMMAND, Permission.STOCK_WRITE, key=Key.REQUIRED)
async def stock_bulk_receive(scope: Scope, command: BulkOf[ReceiveStock]) -> Bulk[Posting]:
    """Take in a delivery: a posting for each row."""
    await bulk.hold(scope, command.readable)
    return await in_bulk(scope, command, bulk.postings_by(bulk.receive_each))


@operation(Kind.COMMAND, Permission.STOCK_WRITE, key=Key.REQUIRED)
async def stock_bulk_adjust(scope: Scope, command: BulkOf[AdjustStock]) -> Bulk[Posting]:
    """Correct what is there, row by row, each by a posting of its own; never below zero."""
    await bulk.hold(scope, command.readable)
    return await in_bulk(scope, command, bulk.postings_by(bulk.adjust_each))


@operation(Kind.COMMAND, Permission.STOCK_WRITE, key=Key.REQUIRED)
async def set_stock(scope: Scope, command: SetStock) -> Posting:
    """Make on hand what was counted; refused if it is not what the caller took it for."""
    level = await _lock_level(scope, command, grows=command.on_hand > 0)
    expected, there = command.expected_quantity, Quantity(level.on_hand)
    if expected is not None and expected != there:
        raise StaleQuantity(f"There are {there} on hand, not {expected}.", expected, there)
    minimum = Quantity(there - level.available)
    if command.on_hand < minimum:
        message = f"{minimum} are committed, damaged or held: on hand cannot be less."
        raise BelowCommitted(message, minimum)
    move = Move(level.id, available=command.on_hand - there)
    return await _post(scope, PostingKind.SET, level, move, command)


@operation(Kind.COMMAND, Permission.STOCK_WRITE, key=Key.REQUIRED)
async def move_stock(scope: Scope, command: MoveStock) -> Posting:
    """Move stock between buckets of one level; what is on hand stays the same."""
    level = await _lock_level(scope, command, grows=False)
    moved = {command.from_bucket: -command.quantity, command.to_bucket: command.quantity}
    return await _post(scope, PostingKind.MOVE, level, Move.of(level.id, moved), command)


@operation(Kind.COMMAND, Permission.STOCK_WRITE, key=Key.REQUIRED)
async def reverse_posting(scope: Scope, posting_id: PostingId, command: ReversePosting) -> Posting:
    """Undo a posting by one that is its opposite: once, and only while all of it is still there."""
    posting = await reads.posting(scope, posting_id)
    if posting.kind not in EVENTS or posting.kind is PostingKind.REVERSE:
        message = f"A posting of kind {posting.kind} is not undone by hand."
        raise NotReversible(message)
    growing = [it for it in posting.movements if it.on_hand_delta < 0]
    ids = [it.item_id for it in growing], [it.location_id for it in growing]
    items = await catalog.known_items(scope, ids[0], held=True)
    places = await locations.known_locations(scope, ids[1], held=True)
    levels = await ledger.lock_levels_by_id(scope, [it.level_id for it in posting.movements])
    undone_by = await reads.reversal_of(scope, posting_id)
    if undone_by:
        raise AlreadyReversed(f"This posting is undone already, by {undone_by}.", undone_by)
    refuse_untracked(items.values())
    refuse_closed(places.values())
    moves = [_opposite(movement) for movement in posting.movements]
    reversal_id = await ledger.post(
        scope,
        PostingKind.REVERSE,
        moves,
        reason=command.reason,
        note=command.note,
        reverses=posting_id,
    )
    for move in moves:
        announce(scope, PostingKind.REVERSE, reversal_id, levels[move.level_id].after(move))
    return await reads.posting(scope, reversal_id)


async def _lock_level(scope: Scope, command: StockCommand, *, grows: bool) -> LockedLevel:
    return await lock_level(scope, command.item_id, command.location_id, grows=grows)


async def _post(
    scope: Scope, kind: PostingKind, level: LockedLevel, move: Move, command: StockCommand
) -> Posting:
    posting_id, _ = await post(scope, kind, level, move, command)
    return await reads.posting(scope, posting_id)


def _opposite(movement: StockMovement) -> Move:
    cost = movement.unit_cost
    return Move(
        movement.level_id,
        **{bucket: -getattr(movement, f"{bucket}_delta") for bucket in BUCKETS},
        unit_cost=Decimal(cost.amount) if cost else None,
        currency=cost.currency if cost else None,
    )
