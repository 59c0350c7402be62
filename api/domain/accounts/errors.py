"""What accounts refuse."""

from dataclasses import dataclass

from api.domain.refusals import Kind, StockroomError


@dataclass(eq=False)
class InvalidCode(StockroomError):
    """A code was used, replaced by a newer one, is too old, or was never sent."""

    kind = Kind.INVALID
