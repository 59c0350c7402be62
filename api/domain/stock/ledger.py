"""The only writer of stock levels and of their ledger.

Levels are locked by one statement in the order of their ids, before anything is decided and after
documents and locations; so two transactions never wait for each other, and what was decided stays
true until the commit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    DateTime,
    Numeric,
    Select,
    String,
    bindparam,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert

from api.domain.base import PublicId
from api.domain.catalog.reads import items_by_id
from api.domain.fields import Id, Quantity, new_id
from api.domain.locations.models import Location
from api.domain.scope import Scope
from api.domain.stock.errors import InsufficientStock, Shortage
from api.domain.stock.models import BUCKETS, Bucket, PostingKind, StockLevel
from api.domain.stock.pairs import columns_of, levels_of


@dataclass(frozen=True, slots=True)
class Move:
    """What one level gains and loses, by bucket."""

    level_id: Id
    available: int = 0
    reserved: int = 0
    committed: int = 0
    damaged: int = 0
    quality_hold: int = 0
    unit_cost: Decimal | None = None
    currency: str | None = None

    @classmethod
    def of(cls, level_id: Id, deltas: Mapping[Bucket, int]) -> "Move":
        """A move of the buckets named."""
        named: dict[str, Any] = {bucket.column: delta for bucket, delta in deltas.items()}
        return cls(level_id, **named)

    def __add__(self, other: "Move") -> "Move":
        return replace(self, **_sums(self, other))


@dataclass(frozen=True, slots=True)
class LockedLevel:
    """A level that nobody else can change until this transaction ends."""

    id: Id
    item_id: Id
    location_id: Id
    available: int
    reserved: int
    committed: int
    damaged: int
    quality_hold: int
    head_seq: int | None
    priority: int

    @property
    def on_hand(self) -> int:
        """All that is there."""
        return sum(getattr(self, bucket) for bucket in BUCKETS)

    def after(self, move: Move) -> "LockedLevel":
        """The level with the move made."""
        return replace(self, **_sums(self, move), head_seq=(self.head_seq or 0) + 1)


_LEVELS = select(
    StockLevel.id,
    StockLevel.item_id,
    StockLevel.location_id,
    StockLevel.available,
    StockLevel.reserved,
    StockLevel.committed,
    StockLevel.damaged,
    StockLevel.quality_hold,
    StockLevel.head_seq,
    Location.priority,
).join(Location, Location.id == StockLevel.location_id)


async def lock_levels(
    scope: Scope, pairs: Sequence[tuple[Id, Id]], *, create: bool = False
) -> dict[tuple[Id, Id], LockedLevel]:
    """Lock the levels of (item, location) pairs; those that do not exist are made, or left out."""
    wanted = sorted(set(pairs))
    if not wanted:
        return {}
    if create:
        await _open(scope, wanted)
    locked = await _lock(scope, _LEVELS.where(levels_of(wanted)))
    return {(level.item_id, level.location_id): level for level in locked}


async def hold_levels(scope: Scope, pairs: Iterable[tuple[Id, Id]]) -> None:
    """Make and lock any number of levels, so that this transaction can change them in any order."""
    wanted = sorted(set(pairs))
    if wanted:
        await _open(scope, wanted)
        held = select(StockLevel.id).where(levels_of(wanted)).order_by(StockLevel.id)
        counted = held.with_for_update(key_share=True).subquery()
        await scope.session.execute(select(func.count()).select_from(counted))


async def lock_levels_of_items(scope: Scope, item_ids: Sequence[Id]) -> list[LockedLevel]:
    """Lock all levels from which orders may take these items."""
    for_sale = (Location.sellable, Location.holds_stock, Location.archived_at.is_(None))
    return await _lock(scope, _LEVELS.where(StockLevel.item_id.in_(item_ids), *for_sale))


async def lock_levels_by_id(scope: Scope, level_ids: Iterable[Id]) -> dict[Id, LockedLevel]:
    """Lock these levels."""
    locked = await _lock(scope, _LEVELS.where(StockLevel.id.in_(set(level_ids))))
    return {level.id: level for level in locked}


async def post(  # all that a posting says of itself
    scope: Scope,
    kind: PostingKind,
    moves: Sequence[Move],
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
    merged = _merged(moves)
    levels = _levels_locked(scope)
    await _refuse_shortages(scope, levels, merged)
    posting_id = new_id("posting")
    about = {
        "id": posting_id,
        "kind": kind.value,
        "reason": reason,
        "note": note,
        "reference_type": reference and reference[0],
        "reference_id": reference and reference[1],
        "actor": scope.actor.principal,
        "occurred_at": occurred_at,
        "reverses": reverses,
    }
    columns = {name: [getattr(move, name) for move in merged] for name in Move.__slots__}
    await scope.session.execute(_WRITE, about | columns)
    for move in merged:
        levels[move.level_id] = levels[move.level_id].after(move)
    return posting_id


async def _open(scope: Scope, pairs: Sequence[tuple[Id, Id]]) -> None:
    ids = literal([new_id("level") for _ in pairs], ARRAY(PublicId("level")))
    rows = select(func.unnest(ids), *columns_of(pairs))
    new = insert(StockLevel).from_select(["id", "item_id", "location_id"], rows)
    await scope.session.execute(new.on_conflict_do_nothing())


async def _lock(scope: Scope, levels: Select[*tuple[Any, ...]]) -> list[LockedLevel]:
    ordered = levels.order_by(StockLevel.id).with_for_update(key_share=True, of=StockLevel)
    locked = [LockedLevel(*row) for row in await scope.fetch(ordered)]
    _levels_locked(scope).update({level.id: level for level in locked})
    return locked


def _levels_locked(scope: Scope) -> dict[Id, LockedLevel]:
    """What this transaction has locked, as it is by now; forgotten with its session."""
    levels: dict[Id, LockedLevel] = scope.session.info.setdefault("locked levels", {})
    return levels


def _sums(one: Move | LockedLevel, move: Move) -> dict[str, Any]:
    return {bucket: getattr(one, bucket) + getattr(move, bucket) for bucket in BUCKETS}


def _merged(moves: Sequence[Move]) -> list[Move]:
    by_level: dict[Id, Move] = {}
    for move in moves:
        known = by_level.get(move.level_id)
        by_level[move.level_id] = known + move if known else move
    return [by_level[level_id] for level_id in sorted(by_level)]


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
    items = await items_by_id(scope, [level.item_id for level, _, _ in short])
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
_WRITE = text(
    """
    WITH moves AS (
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
            :id, :kind, :reason, :note, :reference_type, :reference_id, :actor,
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
    )
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
    """
).bindparams(
    bindparam("level_id", type_=ARRAY(PublicId("level"))),
    *(bindparam(bucket, type_=ARRAY(BigInteger)) for bucket in BUCKETS),
    bindparam("unit_cost", type_=ARRAY(Numeric)),
    bindparam("currency", type_=ARRAY(String)),
    bindparam("id", type_=PublicId("posting")),
    bindparam("reverses", type_=PublicId("posting")),
    bindparam("occurred_at", type_=DateTime(timezone=True)),
    *(
        bindparam(name, type_=String)
        for name in ("kind", "reason", "note", "reference_type", "reference_id", "actor")
    ),
)
