"""The only writer of stock levels and of their ledger.

Levels are locked by one statement in the order of their ids, before anything is decided and after
documents and locations; so two transactions never wait for each other, and what was decided stays
true until the commit.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from asyncpg import Record
from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    DateTime,
    Numeric,
    Select,
    String,
    bindparam,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert

from api.domain.base import PublicId
from api.domain.catalog.reads import ITEMS_BY_ID
from api.domain.conditions import one_of
from api.domain.fields import Id, Quantity, new_id
from api.domain.locations.models import Location
from api.domain.scope import Scope
from api.domain.selecting import wire
from api.domain.statements import Statement, Values
from api.domain.stock.errors import InsufficientStock, Shortage
from api.domain.stock.models import BUCKETS, Bucket, PostingKind, StockLevel
from api.domain.stock.moves import LockedLevel, Move, merged
from api.domain.stock.pairs import COLUMNS, OF_PAIRS, values_of

_LEVELS = select(
    wire(StockLevel.id),
    wire(StockLevel.item_id),
    wire(StockLevel.location_id),
    StockLevel.available,
    StockLevel.reserved,
    StockLevel.committed,
    StockLevel.damaged,
    StockLevel.quality_hold,
    StockLevel.head_seq,
    Location.priority,
).join(Location, Location.id == StockLevel.location_id)


def _in_turn(levels: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return levels.order_by(StockLevel.id).with_for_update(key_share=True, of=StockLevel)


_LOCK_PAIRS = Statement(_in_turn(_LEVELS.where(OF_PAIRS)))
_LOCK_BY_ID = Statement(_in_turn(_LEVELS.where(one_of("ids", StockLevel.id).sql)))
_LOCK_FOR_SALE = Statement(
    _in_turn(
        _LEVELS.where(
            one_of("ids", StockLevel.item_id).sql,
            Location.sellable,
            Location.holds_stock,
            Location.archived_at.is_(None),
        )
    )
)
_HOLD = Statement(
    select(func.count()).select_from(_in_turn(select(StockLevel.id).where(OF_PAIRS)).subquery())
)
_OPEN = Statement(
    insert(StockLevel)
    .from_select(
        ["id", "item_id", "location_id"],
        select(func.unnest(bindparam("ids", type_=ARRAY(PublicId("level")))), *COLUMNS),
    )
    .on_conflict_do_nothing()
)


async def lock_levels(
    scope: Scope, pairs: Sequence[tuple[Id, Id]], *, create: bool = False
) -> dict[tuple[Id, Id], LockedLevel]:
    """Lock the levels of (item, location) pairs; those that do not exist are made, or left out."""
    wanted = sorted(set(pairs))
    if not wanted:
        return {}
    locked: list[LockedLevel] = []
    if len(wanted) == 1 or not create:  # who may wait for a level in the making must hold none yet
        locked = await _lock(scope, _LOCK_PAIRS, values_of(wanted))
    if create and not locked:
        await _open(scope, wanted)
        locked = await _lock(scope, _LOCK_PAIRS, values_of(wanted))
    return {(level.item_id, level.location_id): level for level in locked}


async def hold_levels(
    scope: Scope, pairs: Iterable[tuple[Id, Id]], others: Iterable[tuple[Id, Id]] = ()
) -> None:
    """Make and lock any number of levels, and lock those of the others that exist, so that this
    transaction can change them in any order.
    """
    wanted = sorted(set(pairs))
    if wanted:
        await _open(scope, wanted)
    if held := sorted({*wanted, *others}):
        await scope.write(_HOLD, values_of(held))


async def lock_levels_of_items(scope: Scope, item_ids: Sequence[Id]) -> list[LockedLevel]:
    """Lock all levels from which orders may take these items."""
    return await _lock(scope, _LOCK_FOR_SALE, {"ids": item_ids})


async def lock_levels_by_id(scope: Scope, level_ids: Iterable[Id]) -> dict[Id, LockedLevel]:
    """Lock these levels."""
    locked = await _lock(scope, _LOCK_BY_ID, {"ids": list(set(level_ids))})
    return {level.id: level for level in locked}


async def post(  # all that a posting says of itself
    scope: Scope,
    kind: PostingKind,
    moves: Iterable[Move],
    *,
    reason: str | None = None,
    note: str | None = None,
    reference: tuple[str, str] | None = None,
    occurred_at: datetime | None = None,
    reverses: Id | None = None,
) -> Id:
    """Write a posting with a movement per level, and the levels; refuses to go below zero.

    The levels must have been locked by this transaction; moves of one level are added up.
    """
    about = {
        "reason": reason,
        "note": note,
        "reference_type": reference and reference[0],
        "reference_id": reference and reference[1],
        "occurred_at": occurred_at,
        "reverses": reverses,
    }
    posting_id, _ = await _write(scope, kind, moves, _ALONE, about)
    return posting_id


async def post_beside(
    scope: Scope, kind: PostingKind, moves: Iterable[Move], document: "Beside", values: Values
) -> list[Record]:
    """Post, and write a document by the same statement; what that returns.

    `values` are the document's, beside which `reference_type` and `reference_id` are the posting's.
    """
    _, rows = await _write(scope, kind, moves, document, values)
    return rows


async def _write(
    scope: Scope, kind: PostingKind, moves: Iterable[Move], document: "Beside", values: Values
) -> tuple[Id, list[Record]]:
    together = merged(moves)
    levels = _levels_locked(scope)
    await _refuse_shortages(scope, levels, together)
    posting_id = new_id("posting")
    columns = {name: [getattr(move, name) for move in together] for name in Move.__slots__}
    own = {"posting_id": posting_id, "kind": kind.value, "actor": scope.actor.principal}
    rows = await scope.write(document.statement, {**values, **own, **columns})
    for move in together:
        levels[move.level_id] = levels[move.level_id].after(move)
    return posting_id, rows


async def _open(scope: Scope, pairs: Sequence[tuple[Id, Id]]) -> None:
    ids = [new_id("level") for _ in pairs]
    await scope.write(_OPEN, {**values_of(pairs), "ids": ids})


async def _lock(scope: Scope, levels: Statement, values: Values) -> list[LockedLevel]:
    locked = [LockedLevel(*row) for row in await scope.write(levels, values)]
    _levels_locked(scope).update({level.id: level for level in locked})
    return locked


def _levels_locked(scope: Scope) -> dict[Id, LockedLevel]:
    """What this transaction has locked, as it is by now."""
    levels: dict[Id, LockedLevel] = scope.memory.setdefault("locked levels", {})
    return levels


async def _refuse_shortages(
    scope: Scope, levels: dict[Id, LockedLevel], moves: Sequence[Move]
) -> None:
    short = [
        (levels[move.level_id], bucket, -getattr(move, bucket.column))
        for move in moves
        for bucket in Bucket
        if getattr(levels[move.level_id], bucket.column) + getattr(move, bucket.column) < 0
    ]
    if not short:
        return
    items = await ITEMS_BY_ID.one_each(scope, [level.item_id for level, _, _ in short])
    shortages = [
        Shortage(
            item_id=level.item_id,
            sku=items[level.item_id].sku,
            location_id=level.location_id,
            requested=Quantity(asked),
            available=Quantity(getattr(level, bucket.column)),
            bucket=bucket,
        )
        for level, bucket, asked in short
    ]
    told = [f"{it.requested} {it.sku} {it.bucket} wanted, {it.available} there" for it in shortages]
    raise InsufficientStock(f"There is not enough stock: {'; '.join(told[:10])}.", shortages)


# One statement, so that the rows are locked for as few round trips as can be. `moves` are the
# arguments; what a level was before is read from the level itself, never from the caller. The time
# of recording is the clock's, but always later than the last movement of every level touched.
_POST = """
    moves AS (
        SELECT * FROM unnest(
            :level_id, :available, :reserved, :committed, :damaged, :quality_hold,
            :unit_cost, :currency
        ) AS move (
            level_id, available, reserved, committed, damaged, quality_hold, unit_cost, currency
        )
    ), posting AS (
        INSERT INTO postings (
            id, kind, reason, note, reference_type, reference_id, actor,
            occurred_at, recorded_at, reverses_posting_id
        )
        SELECT
            :posting_id, :kind, :reason, :note, :reference_type, :reference_id, :actor,
            coalesce(:occurred_at, clock.now), clock.now, :reverses
        FROM (
            SELECT greatest(
                clock_timestamp(), max(level.updated_at) + interval '1 microsecond'
            ) AS now
            FROM stock_levels level JOIN moves ON moves.level_id = level.id
        ) clock
        RETURNING id, recorded_at
    ), movements AS (
        INSERT INTO stock_movements (
            level_id, seq, posting_id, unit_cost, currency, recorded_at, prev_recorded_at,
            available_delta, reserved_delta, committed_delta, damaged_delta, quality_hold_delta,
            available_before, reserved_before, committed_before, damaged_before, quality_hold_before
        )
        SELECT
            level.id, coalesce(level.head_seq, 0) + 1, posting.id, moves.unit_cost, moves.currency,
            posting.recorded_at, CASE WHEN level.head_seq IS NOT NULL THEN level.updated_at END,
            moves.available, moves.reserved, moves.committed, moves.damaged, moves.quality_hold,
            level.available, level.reserved, level.committed, level.damaged, level.quality_hold
        FROM moves JOIN stock_levels level ON level.id = moves.level_id CROSS JOIN posting
    ), levels AS (
        UPDATE stock_levels level SET
            available = level.available + moves.available,
            reserved = level.reserved + moves.reserved,
            committed = level.committed + moves.committed,
            damaged = level.damaged + moves.damaged,
            quality_hold = level.quality_hold + moves.quality_hold,
            head_seq = coalesce(level.head_seq, 0) + 1,
            updated_at = posting.recorded_at
        FROM moves, posting
        WHERE level.id = moves.level_id
    )
"""
_POST_PARAMETERS: tuple[BindParameter[Any], ...] = (
    bindparam("level_id", type_=ARRAY(PublicId("level"))),
    *(bindparam(bucket, type_=ARRAY(BigInteger)) for bucket in BUCKETS),
    bindparam("unit_cost", type_=ARRAY(Numeric)),
    bindparam("currency", type_=ARRAY(String)),
    bindparam("posting_id", type_=PublicId("posting")),
    bindparam("reverses", None, type_=PublicId("posting")),
    bindparam("occurred_at", None, type_=DateTime(timezone=True)),
    *(bindparam(name, None, type_=String) for name in ("reason", "note")),
    *(bindparam(name, None, type_=String) for name in ("reference_type", "reference_id")),
    *(bindparam(name, type_=String) for name in ("kind", "actor")),
)


class Beside:
    """How a posting is written, and with it the document that it belongs to: `steps` are queries
    of a WITH that write no stock, `answer` is a SELECT.
    """

    def __init__(self, steps: str, answer: str, parameters: Sequence[BindParameter[Any]]) -> None:
        whole = text(f"WITH {steps} {_POST} {answer}")  # no value in it
        self.statement = Statement(whole.bindparams(*parameters, *_POST_PARAMETERS))


_ALONE = Beside("", "SELECT FROM posting", ())
