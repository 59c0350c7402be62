"""What commands take of their caller's budget, beside what they answer: the same on both faces."""

from dataclasses import dataclass
from typing import Any

from api.domain.bulk import BulkOf

COMMAND_COST = 10
FULL_BULK_COST = 1_000
"""What the rows of a full bulk take: fewer may come at a time where each is more work."""


@dataclass(frozen=True, slots=True)
class Weight:
    """The points of a command, and of each row where it takes rows."""

    command: int = COMMAND_COST
    row: int = 0
    most: int = 0

    def of(self, rows: int) -> int:
        """The points for so many rows; where they are too many, nothing is done."""
        return self.command + (self.row * rows if rows <= self.most else 0)


PLAIN = Weight()


def weight_of(command: object) -> Weight:
    """What commands of a model take."""
    if not isinstance(command, type) or not issubclass(command, BulkOf):
        return PLAIN
    limits = command.model_fields["items"].metadata
    most = next(it.max_length for it in limits if hasattr(it, "max_length"))
    return Weight(row=FULL_BULK_COST // most, most=most)


def rows_in(sent: Any) -> int:
    """How many rows were sent, before they are read."""
    items = sent.get("items") if isinstance(sent, dict) else None
    return len(items) if isinstance(items, list | tuple) else int(isinstance(items, dict))
