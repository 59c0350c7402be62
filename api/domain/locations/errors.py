"""What locations refuse."""

from dataclasses import dataclass

from api.domain.errors import Kind, StockroomError


@dataclass(eq=False)
class LocationNotEmpty(StockroomError):
    """The place still has stock, so it cannot stop holding any."""

    kind = Kind.CONFLICT


@dataclass(eq=False)
class LocationHoldsNoStock(StockroomError):
    """The place is archived, or only groups other places."""

    kind = Kind.CONFLICT
    location_id: str = ""
