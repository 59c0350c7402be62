"""One change of one level by hand: what it moves, its posting, and the event that tells of it."""

from dataclasses import replace

from api.domain.fields import Id
from api.domain.scope import Scope
from api.domain.stock import events, ledger
from api.domain.stock.commands import AdjustStock, MoveStock, ReceiveStock, SetStock
from api.domain.stock.models import PostingKind
from api.domain.stock.moves import LockedLevel, Move

StockCommand = ReceiveStock | AdjustStock | SetStock | MoveStock
EVENTS: dict[PostingKind, type[events.StockChanged]] = {
    PostingKind.RECEIVE: events.StockReceived,
    PostingKind.ADJUST: events.StockAdjusted,
    PostingKind.SET: events.StockSet,
    PostingKind.MOVE: events.StockMoved,
    PostingKind.REVERSE: events.PostingReversed,
}


def received(level_id: Id, command: ReceiveStock) -> Move:
    """What comes in, at a cost if it is known."""
    move, cost = Move.of(level_id, {command.bucket: command.quantity}), command.unit_cost
    return replace(move, unit_cost=cost.amount, currency=cost.currency) if cost else move


def adjusted(level_id: Id, command: AdjustStock) -> Move:
    """What a correction changes."""
    return Move.of(level_id, {command.bucket: command.delta})


async def post(
    scope: Scope, kind: PostingKind, level: LockedLevel, move: Move, command: StockCommand
) -> tuple[Id, LockedLevel]:
    """Write the posting and announce it; its id, and the level as it is then."""
    document = command.reference if isinstance(command, ReceiveStock) else None
    posting_id = await ledger.post(
        scope,
        kind,
        [move],
        reason=command.reason,
        note=command.note,
        reference=("external", document) if document else None,
        occurred_at=command.occurred_at,
    )
    after = level.after(move)
    announce(scope, kind, posting_id, after)
    return posting_id, after


def announce(scope: Scope, kind: PostingKind, posting_id: Id, level: LockedLevel) -> None:
    """Tell of a level that was changed."""
    where = (level.item_id, level.location_id)
    scope.announce(EVENTS[kind](level.id, posting_id, *where, level.available, level.on_hand))
