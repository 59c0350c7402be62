"""What orders refuse."""

from dataclasses import dataclass, field

from api.domain.fields import Id, Quantity
from api.domain.refusals import Kind, StockroomError


@dataclass(slots=True)
class Unready:
    """A line that was to leave in a greater quantity than is ready to."""

    line_id: Id
    requested: Quantity
    ready: Quantity


@dataclass(eq=False)
class NotReadyToFulfill(StockroomError):
    """What is to leave is not allocated to the order; every such line is named."""

    kind = Kind.CONFLICT
    advice = "Send out what is ready, or allocate the order again when stock has come in."
    lines: list[Unready] = field(default_factory=list)
