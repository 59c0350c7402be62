"""Which part of a list is wanted, and what it comes to."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from api.domain.errors import ValidationFailed

T = TypeVar("T")

DEFAULT_LIMIT = 50
MAX_LIMIT = 200
MAX_SORT_KEYS = 4
COUNT_LIMIT = 10_000


class CountMode(StrEnum):
    """How the rows of a list are counted: exactly up to 10,000, or as PostgreSQL expects."""

    NONE = "NONE"
    EXACT = "EXACT"
    ESTIMATED = "ESTIMATED"


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of an order: a sortable field's name, and which way."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is wanted: `limit` rows after or before a cursor, in an order; rows, the
    count, or both.
    """

    limit: int = DEFAULT_LIMIT
    after: str | None = None
    before: str | None = None
    backward: bool = False
    order_by: tuple[SortKey, ...] = ()
    count: CountMode = CountMode.NONE

    @classmethod
    def of(  # the arguments of a connection
        cls,
        first: int | None = None,
        last: int | None = None,
        after: str | None = None,
        before: str | None = None,
        order_by: Sequence[SortKey] = (),
        count: CountMode = CountMode.NONE,
    ) -> "Window":
        """A window from a caller's arguments; refuses sizes out of range and contradictions."""
        if first is not None and last is not None:
            raise ValidationFailed.at(["last"], "contradiction", "Send first or last, not both.")
        if after is not None and before is not None:
            raise ValidationFailed.at(
                ["before"], "contradiction", "Send after or before, not both."
            )
        if len(order_by) > MAX_SORT_KEYS:
            message = f"Sort by {MAX_SORT_KEYS} fields at most."
            raise ValidationFailed.at(["order_by"], "too_long", message)
        if len({key.field for key in order_by}) < len(order_by):
            message = "Sort by each field once."
            raise ValidationFailed.at(["order_by"], "duplicate", message)
        backward = last is not None or (before is not None and first is None)
        name, limit = ("last", last) if last is not None else ("first", first)
        if limit is None:
            limit = DEFAULT_LIMIT
        if not 0 <= limit <= MAX_LIMIT:
            raise ValidationFailed.at(
                [name], "out_of_range", f"Ask for 0 to {MAX_LIMIT} rows, not {limit}."
            )
        return cls(limit, after, before, backward, tuple(order_by), count)


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows a list has; `is_capped` when there are more than were counted."""

    total: int
    is_capped: bool = False


@dataclass(slots=True)
class Page(Generic[T]):
    """Some rows of a list in its order, each with its cursor, and whether there are more on either
    side.
    """

    rows: list[T]
    cursors: Sequence[str]
    has_next: bool
    has_previous: bool
    count: Count | None = None

    @property
    def total_count(self) -> int | None:
        """How many rows there are in all, where they were counted."""
        return self.count.total if self.count else None
