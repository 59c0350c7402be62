"""What the stock announces: one event for each level that changed by hand."""

from dataclasses import dataclass

from api.domain.events import Event
from api.domain.fields import Id


@dataclass(frozen=True, slots=True)
class StockChanged(Event):
    """What every event of a level says; the subject is the level."""

    posting_id: Id
    item_id: Id
    location_id: Id
    available: int
    on_hand: int


@dataclass(frozen=True, slots=True)
class StockReceived(StockChanged):
    """Stock came in."""

    name = "stock.received"


@dataclass(frozen=True, slots=True)
class StockAdjusted(StockChanged):
    """Stock was corrected."""

    name = "stock.adjusted"


@dataclass(frozen=True, slots=True)
class StockSet(StockChanged):
    """Stock was set to what was counted."""

    name = "stock.set"


@dataclass(frozen=True, slots=True)
class StockMoved(StockChanged):
    """Stock went from one bucket to another."""

    name = "stock.moved"


@dataclass(frozen=True, slots=True)
class PostingReversed(StockChanged):
    """A posting was undone."""

    name = "posting.reversed"
