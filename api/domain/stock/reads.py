"""The rows of stock as both faces send them, and the statements that read them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from api.domain.asking import Asking, Which
from api.domain.conditions import one_of, parameter
from api.domain.errors import NotFound
from api.domain.fields import Id, Quantity
from api.domain.lookups import Lookup
from api.domain.money import Money
from api.domain.paging import Listing, Page, SortKey, Window
from api.domain.scope import Scope
from api.domain.selecting import Priced, Source, wire
from api.domain.statements import Statement
from api.domain.stock.models import Posting as P
from api.domain.stock.models import PostingKind
from api.domain.stock.models import StockLevel as S
from api.domain.stock.models import StockMovement as M
from api.domain.stock.selection import LEVELS, MOVEMENTS
from api.domain.stock.selection import POSTINGS as POSTING_FIELDS


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


ON_HAND_DELTA = (
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
LEVEL = Source(StockLevel, S, version=func.coalesce(S.head_seq, 0)).keyed("id", "item_id")
MOVEMENT = Source(
    StockMovement,
    M,
    select().select_from(M).join(P, P.id == M.posting_id).join(S, S.id == M.level_id),
    kind=P.kind,
    item_id=S.item_id,
    location_id=S.location_id,
    on_hand_delta=ON_HAND_DELTA,
    on_hand_after=ON_HAND_AFTER,
    unit_cost=Priced(M.unit_cost, M.currency),
).keyed("posting_id")
POSTING = Source(Posting, P).keyed("id")
LEVELS_BY_ID = Lookup(LEVEL, "id")
LEVELS_OF_ITEMS = Lookup(LEVEL, "item_id", S.id)
_POSTINGS_BY_ID = one_of("ids", P.id)
_MOVEMENTS_BY_POSTING = one_of("posting_ids", M.posting_id)
_REVERSAL = Statement(
    select(wire(P.id)).where(P.reverses_posting_id == parameter("id", P.reverses_posting_id))
)

STOCK_LEVELS = Listing(
    name="stock levels",
    source=LEVEL,
    id=S.id,
    asking=Asking(LEVELS),
    sortable={
        "ITEM": S.item_id,
        "LOCATION": S.location_id,
        "AVAILABLE": S.available,
        "UPDATED_AT": S.updated_at,
    },
    default=(SortKey("ITEM"),),
)
STOCK_MOVEMENTS = Listing(
    name="stock movements",
    source=MOVEMENT,
    id=M.level_id,  # a level has one movement at a time, so the two tell rows apart
    asking=Asking(MOVEMENTS),
    sortable={"RECORDED_AT": M.recorded_at},
    default=(SortKey("RECORDED_AT", descending=True),),
)
POSTINGS = Listing(
    name="postings",
    source=POSTING,
    id=P.id,
    asking=Asking(POSTING_FIELDS),
    sortable={"RECORDED_AT": P.recorded_at},
    default=(SortKey("RECORDED_AT", descending=True),),
)


async def level(scope: Scope, level_id: Id) -> StockLevel:
    """One level."""
    found = (await LEVELS_BY_ID.one_each(scope, [level_id])).get(level_id)
    if found is None:
        raise NotFound(f"There is no stock level {level_id}.", level_id)
    return found


async def posting_page(scope: Scope, which: Which, window: Window) -> Page[Posting]:
    """Postings with their movements, in two statements however many there are."""
    page = await POSTINGS.page(scope, which, window)
    await _with_movements(scope, page.rows)
    return page


async def postings_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, Posting]:
    """The postings that exist, by id, with their movements."""
    postings = await POSTING.rows(scope, _POSTINGS_BY_ID(ids))
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
    rows = await scope.read(_REVERSAL, {"id": posting_id})
    return rows[0][0] if rows else None


async def _with_movements(scope: Scope, postings: Sequence[Posting]) -> None:
    if not postings:
        return
    wanted = _MOVEMENTS_BY_POSTING([posting.id for posting in postings])
    movements: defaultdict[Id, list[StockMovement]] = defaultdict(list)
    for row in await MOVEMENT.rows(scope, wanted, order_by=(M.level_id,)):
        movements[row.posting_id].append(row)
    for posting in postings:
        posting.movements = movements[posting.id]
