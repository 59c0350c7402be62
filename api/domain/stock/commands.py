"""What may be asked of the stock."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from api.domain.fields import (
    LAX,
    Count,
    Delta,
    Instant,
    ItemRef,
    Line,
    LocationRef,
    Note,
    Strict,
    Units,
)
from api.domain.money import MoneyInput
from api.domain.stock.models import Bucket


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
