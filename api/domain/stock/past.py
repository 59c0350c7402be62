"""What the stock was as of an instant: per level, the last movement recorded by then."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, true

from api.domain.fields import Id, Quantity
from api.domain.paging import Listing, SortKey
from api.domain.stock.models import StockLevel as S
from api.domain.stock.models import StockMovement as M
from api.domain.stock.reads import ON_HAND_AFTER


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


def stock_as_of(at: datetime) -> Listing[StockAsOf]:
    """The levels that existed then; each costs one probe of an index."""
    last = (
        select(*M.__table__.columns, ON_HAND_AFTER.label("on_hand_after"))
        .where(M.level_id == S.id, M.recorded_at <= at)
        .order_by(M.recorded_at.desc())
        .limit(1)
        .lateral("last")
    )
    return Listing(
        name=f"stock as of {at.isoformat()}",
        statement=select(S.id, S.item_id, S.location_id, last).join(last, true()),
        row=_past,
        id=S.__table__.c.id,
        sortable={"ITEM": S.__table__.c.item_id, "LOCATION": S.__table__.c.location_id},
        default=(SortKey("ITEM"),),
    )


def _past(row: Row[Any]) -> StockAsOf:
    return StockAsOf(
        level_id=row.id,
        item_id=row.item_id,
        location_id=row.location_id,
        available=row.available_after,
        reserved=row.reserved_after,
        committed=row.committed_after,
        damaged=row.damaged_after,
        quality_hold=row.quality_hold_after,
        on_hand=row.on_hand_after,
        seq=row.seq,
        recorded_at=row.recorded_at,
    )
