"""What stock refuses."""

from dataclasses import dataclass, field
from datetime import datetime

from api.domain.fields import Id, Quantity
from api.domain.refusals import Kind, StockroomError
from api.domain.stock.models import Bucket

NONE = Quantity(0)


@dataclass(slots=True)
class Shortage:
    """How much was asked of an item, at one location or anywhere, and how much there is."""

    item_id: Id
    sku: str
    location_id: Id | None
    requested: Quantity
    available: Quantity
    next_eta: datetime | None = None
    bucket: Bucket = Bucket.AVAILABLE


@dataclass(eq=False)
class InsufficientStock(StockroomError):
    """There is less than was asked for; everything that is short is named."""

    kind = Kind.CONFLICT
    advice = "Ask for less, or wait: `shortages` says how much there is, and when more comes."
    shortages: list[Shortage] = field(default_factory=list)


@dataclass(eq=False)
class StaleQuantity(StockroomError):
    """The stock is not what the caller took it for."""

    kind = Kind.CONFLICT
    advice = "Read the level again, count again, and send what is on hand now."
    expected: Quantity = NONE
    on_hand: Quantity = NONE


@dataclass(eq=False)
class BelowCommitted(StockroomError):
    """Less than what is committed, damaged or held cannot be on hand."""

    kind = Kind.CONFLICT
    advice = "Count again; to go lower, release or move what is spoken for first."
    minimum: Quantity = NONE


@dataclass(eq=False)
class StockNotTracked(StockroomError):
    """The item is sold without keeping stock of it."""

    kind = Kind.CONFLICT
    advice = "Leave the item out, or have its stock tracked first."
    item_id: str = ""


@dataclass(eq=False)
class AlreadyReversed(StockroomError):
    """A posting is undone once at most."""

    kind = Kind.CONFLICT
    advice = "Nothing is left to do: `reversed_by` names the posting that undid it."
    reversed_by: str = ""


@dataclass(eq=False)
class NotReversible(StockroomError):
    """The posting belongs to a document, or is itself a reversal."""

    kind = Kind.CONFLICT
    advice = "Change the document that the posting belongs to."
