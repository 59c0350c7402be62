"""What the stock was as of an instant: per level, the last movement recorded by then."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, true

from api.domain.asking import Asking, Which, as_of
from api.domain.conditions import Condition, parameter
from api.domain.fields import Id, Quantity
from api.domain.paging import Listing, Page, SortKey, Window
from api.domain.scope import Scope
from api.domain.selecting import Source
from api.domain.stock.models import BUCKETS
from api.domain.stock.models import StockLevel as S
from api.domain.stock.models import StockMovement as M
from api.domain.stock.reads import ON_HAND_AFTER
from api.domain.stock.selection import PAST_LEVELS


@dataclass(slots=True)
class StockAsOf:
    """What there was of an item at a location at an instant."""

    level_id: Id
    item_id: Id
    location_id: Id
    available: Quantity
    reserved: Quantity
    committed: Quantity
    damaged: Quantity
    quality_hold: Quantity
    on_hand: Quantity
    seq: Quantity
    recorded_at: datetime


_LAST = (
    select(*M.__table__.columns, ON_HAND_AFTER.label("on_hand_after"))
    .where(M.level_id == S.id, M.recorded_at <= parameter("at", M.recorded_at))
    .order_by(M.recorded_at.desc())
    .limit(1)
    .lateral("last")
)
STOCK_AS_OF = Listing(
    name="stock as of",
    source=Source(
        StockAsOf,
        S,
        select().select_from(S).join(_LAST, true()),
        level_id=S.id,
        **{name: _LAST.c[f"{name}_after"] for name in (*BUCKETS, "on_hand")},
        seq=_LAST.c.seq,
        recorded_at=_LAST.c.recorded_at,
    ),
    id=S.id,
    asking=Asking(PAST_LEVELS, (as_of(Condition("at", true())),)),
    sortable={"ITEM": S.item_id, "LOCATION": S.location_id},
    default=(SortKey("ITEM"),),
)


async def stock_as_of(scope: Scope, which: Which, window: Window) -> Page[StockAsOf]:
    """The levels that existed then; each costs one probe of an index."""
    return await STOCK_AS_OF.page(scope, which, window)
