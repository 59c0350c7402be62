"""The rows of stock as both faces send them, and the statements that read them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from api.domain.errors import NotFound
from api.domain.fields import Id, Quantity
from api.domain.money import Money
from api.domain.paging import Listing, Page, SortKey, Window
from api.domain.scope import Scope
from api.domain.stock.commands import PostingFilter
from api.domain.stock.models import Posting as P
from api.domain.stock.models import PostingKind
from api.domain.stock.models import StockLevel as S
from api.domain.stock.models import StockMovement as M
from api.domain.stock.selection import which_postings


@dataclass(slots=True)
class StockLevel:
    """What there is of an item at a location; on hand is the sum of the other five."""

    id: Id
    item_id: Id
    location_id: Id
    available: Quantity
    reserved: Quantity
    committed: Quantity
    damaged: Quantity
    quality_hold: Quantity
    on_hand: Quantity
    version: int
    updated_at: datetime


@dataclass(slots=True)
class StockMovement:
    """One line of a level's ledger: what it gained and lost, and what it came to."""

    level_id: Id
    seq: Quantity
    posting_id: Id
    kind: PostingKind
    item_id: Id
    location_id: Id
    available_delta: Quantity
    reserved_delta: Quantity
    committed_delta: Quantity
    damaged_delta: Quantity
    quality_hold_delta: Quantity
    on_hand_delta: Quantity
    available_after: Quantity
    reserved_after: Quantity
    committed_after: Quantity
    damaged_after: Quantity
    quality_hold_after: Quantity
    on_hand_after: Quantity
    unit_cost: Money | None
    recorded_at: datetime


@dataclass(slots=True)
class Posting:
    """One change to the stock, and why, with a movement for each level that it touched."""

    id: Id
    kind: PostingKind
    reason: str | None
    note: str | None
    reference_type: str | None
    reference_id: str | None
    actor: str
    occurred_at: datetime
    recorded_at: datetime
    reverses_posting_id: Id | None
    movements: list[StockMovement] = field(default_factory=list)


def _level(row: Row[Any]) -> StockLevel:
    return StockLevel(
        id=row.id,
        item_id=row.item_id,
        location_id=row.location_id,
        available=row.available,
        reserved=row.reserved,
        committed=row.committed,
        damaged=row.damaged,
        quality_hold=row.quality_hold,
        on_hand=row.on_hand,
        version=row.head_seq or 0,
        updated_at=row.updated_at,
    )


def _movement(row: Row[Any]) -> StockMovement:
    return StockMovement(
        level_id=row.level_id,
        seq=row.seq,
        posting_id=row.posting_id,
        kind=row.kind,
        item_id=row.item_id,
        location_id=row.location_id,
        available_delta=row.available_delta,
        reserved_delta=row.reserved_delta,
        committed_delta=row.committed_delta,
        damaged_delta=row.damaged_delta,
        quality_hold_delta=row.quality_hold_delta,
        on_hand_delta=row.on_hand_delta,
        available_after=row.available_after,
        reserved_after=row.reserved_after,
        committed_after=row.committed_after,
        damaged_after=row.damaged_after,
        quality_hold_after=row.quality_hold_after,
        on_hand_after=row.on_hand_after,
        unit_cost=None if row.unit_cost is None else Money.of(row.unit_cost, row.currency),
        recorded_at=row.recorded_at,
    )


def _posting(row: Row[Any]) -> Posting:
    return Posting(
        id=row.id,
        kind=row.kind,
        reason=row.reason,
        note=row.note,
        reference_type=row.reference_type,
        reference_id=row.reference_id,
        actor=row.actor,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        reverses_posting_id=row.reverses_posting_id,
    )


_ON_HAND_DELTA = (
    M.available_delta
    + M.reserved_delta
    + M.committed_delta
    + M.damaged_delta
    + M.quality_hold_delta
)
ON_HAND_AFTER = (
    M.available_after
    + M.reserved_after
    + M.committed_after
    + M.damaged_after
    + M.quality_hold_after
)
_LEVELS = select(*S.__table__.columns)
_MOVEMENTS = (
    select(
        *M.__table__.columns,
        P.kind,
        S.item_id,
        S.location_id,
        _ON_HAND_DELTA.label("on_hand_delta"),
        ON_HAND_AFTER.label("on_hand_after"),
    )
    .join(P, P.id == M.posting_id)
    .join(S, S.id == M.level_id)
)
_POSTINGS = select(*P.__table__.columns)

STOCK_LEVELS = Listing(
    name="stock levels",
    statement=_LEVELS,
    row=_level,
    id=S.__table__.c.id,
    sortable={
        "ITEM": S.__table__.c.item_id,
        "LOCATION": S.__table__.c.location_id,
        "AVAILABLE": S.__table__.c.available,
        "UPDATED_AT": S.__table__.c.updated_at,
    },
    default=(SortKey("ITEM"),),
)
STOCK_MOVEMENTS = Listing(
    name="stock movements",
    statement=_MOVEMENTS,
    row=_movement,
    id=M.__table__.c.level_id,  # a level has one movement at a time, so the two tell rows apart
    sortable={"RECORDED_AT": M.__table__.c.recorded_at},
    default=(SortKey("RECORDED_AT", descending=True),),
)
POSTINGS = Listing(
    name="postings",
    statement=_POSTINGS,
    row=_posting,
    id=P.__table__.c.id,
    sortable={"RECORDED_AT": P.__table__.c.recorded_at},
    default=(SortKey("RECORDED_AT", descending=True),),
)


async def levels_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, StockLevel]:
    """The levels that exist, by id."""
    return {row.id: _level(row) for row in await scope.fetch(_LEVELS.where(S.id.in_(ids)))}


async def level(scope: Scope, level_id: Id) -> StockLevel:
    """One level."""
    found = (await levels_by_id(scope, [level_id])).get(level_id)
    if found is None:
        raise NotFound(f"There is no stock level {level_id}.", level_id)
    return found


async def levels_of_items(scope: Scope, item_ids: Sequence[Id]) -> dict[Id, list[StockLevel]]:
    """All levels of each item; none for an item that never had stock."""
    found: dict[Id, list[StockLevel]] = {item_id: [] for item_id in item_ids}
    for row in await scope.fetch(_LEVELS.where(S.item_id.in_(item_ids)).order_by(S.id)):
        found[row.item_id].append(_level(row))
    return found


async def posting_page(scope: Scope, filter: PostingFilter, window: Window) -> Page[Posting]:
    """Postings with their movements, in two statements however many there are."""
    page = await POSTINGS.page(scope, which_postings(filter), window)
    await _with_movements(scope, page.rows)
    return page


async def postings_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, Posting]:
    """The postings that exist, by id, with their movements."""
    postings = [_posting(row) for row in await scope.fetch(_POSTINGS.where(P.id.in_(ids)))]
    await _with_movements(scope, postings)
    return {posting.id: posting for posting in postings}


async def posting(scope: Scope, posting_id: Id) -> Posting:
    """One posting with its movements."""
    found = (await postings_by_id(scope, [posting_id])).get(posting_id)
    if found is None:
        raise NotFound(f"There is no posting {posting_id}.", posting_id)
    return found


async def reversal_of(scope: Scope, posting_id: Id) -> Id | None:
    """The posting that undid this one."""
    rows = await scope.fetch(select(P.id).where(P.reverses_posting_id == posting_id))
    return rows[0].id if rows else None


async def _with_movements(scope: Scope, postings: Sequence[Posting]) -> None:
    if not postings:
        return
    wanted = _MOVEMENTS.where(M.posting_id.in_([posting.id for posting in postings]))
    movements: defaultdict[Id, list[StockMovement]] = defaultdict(list)
    for row in await scope.fetch(wanted.order_by(M.level_id)):
        movements[row.posting_id].append(_movement(row))
    for posting in postings:
        posting.movements = movements[posting.id]
