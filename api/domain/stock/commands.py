"""What may be asked of the stock."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from api.domain.fields import (
    LAX,
    Code,
    Count,
    Delta,
    Filter,
    Instant,
    ItemId,
    ItemRef,
    LevelId,
    Line,
    LocationId,
    LocationRef,
    Note,
    Strict,
    Units,
)
from api.domain.money import MoneyInput
from api.domain.stock.models import Bucket, PostingKind


def _by_hand(bucket: Bucket) -> Bucket:
    if bucket in (Bucket.RESERVED, Bucket.COMMITTED):
        message = "Only orders reserve and commit stock; choose AVAILABLE, DAMAGED or QUALITY_HOLD."
        raise PydanticCustomError("not_by_hand", message)
    return bucket


def _not_nothing(delta: int) -> int:
    if delta == 0:
        raise PydanticCustomError("no_change", "A change of 0 changes nothing.")
    return delta


FreeBucket = Annotated[Bucket, LAX, AfterValidator(_by_hand)]


class _StockCommand(Strict):
    item_id: ItemRef
    location_id: LocationRef
    note: Note | None = None
    occurred_at: Instant | None = Field(
        None, description="When it happened, for reports; the books go by when it was recorded."
    )


class ReceiveStock(_StockCommand):
    """Stock that came in from outside: a delivery, a find, an opening balance."""

    quantity: Units
    bucket: FreeBucket = Bucket.AVAILABLE
    unit_cost: MoneyInput | None = None
    reason: Line | None = None
    reference: Line | None = Field(
        None, max_length=200, description="The supplier's or another system's document."
    )


class AdjustStock(_StockCommand):
    """A correction of what is there, up or down, and why."""

    delta: Annotated[Delta, AfterValidator(_not_nothing)]
    bucket: FreeBucket = Bucket.AVAILABLE
    reason: Line


class SetStock(_StockCommand):
    """What was counted to be on hand in all; the difference is made up from available stock."""

    on_hand: Count
    expected_quantity: Count | None = Field(
        None, description="What the caller believes is on hand; refused if it is not so."
    )
    force: bool = Field(False, description="Set it whatever is on hand now.")
    reason: Line | None = None

    @model_validator(mode="after")
    def _compared_or_forced(self) -> Self:
        if (self.expected_quantity is None) != self.force:
            message = "Send expected_quantity, or force: true, and not both."
            raise PydanticCustomError("expected_or_force", message)
        return self


class MoveStock(_StockCommand):
    """Stock at one location that is found damaged, held for inspection, or good again."""

    quantity: Units
    from_bucket: FreeBucket
    to_bucket: FreeBucket
    reason: Line | None = None

    @model_validator(mode="after")
    def _somewhere_else(self) -> Self:
        if self.from_bucket is self.to_bucket:
            message = "from_bucket and to_bucket are the same."
            raise PydanticCustomError("same_bucket", message)
        return self


class ReversePosting(Strict):
    """Why a posting is undone."""

    reason: Line | None = None
    note: Note | None = None


class StockLevelFilter(Filter):
    """Which stock levels."""

    item_id: list[ItemId] | None = Field(None, max_length=200)
    location_id: list[LocationId] | None = Field(None, max_length=200)
    is_available: bool | None = Field(None, description="Only those with, or without, any to sell.")


class StockMovementFilter(Filter):
    """Which lines of the ledger."""

    level_id: list[LevelId] | None = Field(None, max_length=200)
    item_id: list[ItemId] | None = Field(None, max_length=200)
    location_id: list[LocationId] | None = Field(None, max_length=200)
    kind: list[Annotated[PostingKind, LAX]] | None = Field(None, max_length=20)
    recorded_from: Instant | None = Field(None, description="Recorded then or later.")
    recorded_before: Instant | None = Field(None, description="Recorded before then.")


class PostingFilter(Filter):
    """Which postings."""

    kind: list[Annotated[PostingKind, LAX]] | None = Field(None, max_length=20)
    reference_type: Code | None = None
    reference_id: Line | None = None
    recorded_from: Instant | None = Field(None, description="Recorded then or later.")
    recorded_before: Instant | None = Field(None, description="Recorded before then.")


class StockAsOfFilter(Filter):
    """Which levels, and as of which instant."""

    at: Instant
    item_id: list[ItemId] | None = Field(None, max_length=200)
    location_id: list[LocationId] | None = Field(None, max_length=200)


class StockLevelSort(StrEnum):
    """What stock levels can be sorted by."""

    ITEM = "ITEM"
    LOCATION = "LOCATION"
    AVAILABLE = "AVAILABLE"
    UPDATED_AT = "UPDATED_AT"


class StockMovementSort(StrEnum):
    """What the ledger can be sorted by."""

    RECORDED_AT = "RECORDED_AT"


class PostingSort(StrEnum):
    """What postings can be sorted by."""

    RECORDED_AT = "RECORDED_AT"


class StockAsOfSort(StrEnum):
    """What past stock can be sorted by."""

    ITEM = "ITEM"
    LOCATION = "LOCATION"
