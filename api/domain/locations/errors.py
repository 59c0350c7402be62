"""What locations refuse."""

from dataclasses import dataclass

from api.domain.refusals import Kind, StockroomError


@dataclass(eq=False)
class LocationNotEmpty(StockroomError):
    """The place still has stock, so it cannot stop holding any."""

    kind = Kind.CONFLICT
    advice = "Move the stock elsewhere first."


@dataclass(eq=False)
class LocationHoldsNoStock(StockroomError):
    """The place is archived, or only groups other places."""

    kind = Kind.CONFLICT
    advice = "Choose a place inside it, or another one."
    location_id: str = ""
