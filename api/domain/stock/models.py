"""Stock levels, and the ledger that they are the last line of."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import partial
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from api.domain.base import Base, Big, CreatedAt, Price, PublicId
from api.domain.fields import MAX_COUNT, Id, new_id


class PostingKind(StrEnum):
    """What happened to the stock."""

    RECEIVE = "RECEIVE"
    ADJUST = "ADJUST"
    SET = "SET"
    MOVE = "MOVE"
    ALLOCATE = "ALLOCATE"
    DEALLOCATE = "DEALLOCATE"
    FULFILL = "FULFILL"
    RETURN = "RETURN"
    REVERSE = "REVERSE"


class Bucket(StrEnum):
    """The parts that stock on hand divides into."""

    AVAILABLE = "AVAILABLE"
    RESERVED = "RESERVED"
    COMMITTED = "COMMITTED"
    DAMAGED = "DAMAGED"
    QUALITY_HOLD = "QUALITY_HOLD"

    @property
    def column(self) -> str:
        """The bucket's name in the tables and on the wire."""
        return self.value.lower()


BUCKETS = tuple(bucket.column for bucket in Bucket)
_STATE = [f"{bucket}_after" for bucket in BUCKETS]


class StockLevel(Base):
    """What there is of an item at a location; the database holds it to the end of its ledger."""

    __tablename__ = "stock_levels"
    __table_args__ = (
        UniqueConstraint("item_id", "location_id", "lot_id", postgresql_nulls_not_distinct=True),
        *(
            CheckConstraint(f"{bucket} BETWEEN 0 AND {MAX_COUNT}", name=f"{bucket}_in_range")
            for bucket in BUCKETS
        ),
        CheckConstraint("reserved = 0", name="reserved_needs_holds"),
        CheckConstraint(
            "head_seq IS NOT NULL OR (available, reserved, committed, damaged, quality_hold)"
            " = (0, 0, 0, 0, 0)",
            name="no_stock_without_ledger",
        ),
        ForeignKeyConstraint(
            ["id", "head_seq", *BUCKETS, "updated_at"],
            [f"stock_movements.{name}" for name in ("level_id", "seq", *_STATE, "recorded_at")],
            name="fk_stock_levels_shows_the_end_of_its_ledger",
            deferrable=True,
            initially="DEFERRED",
            use_alter=True,
        ),
        {"postgresql_with": {"fillfactor": 80}},
    )

    id: Mapped[Id] = mapped_column(
        PublicId("level"), primary_key=True, default=partial(new_id, "level")
    )
    item_id: Mapped[Id] = mapped_column(PublicId("item"), ForeignKey("items.id"))
    location_id: Mapped[Id] = mapped_column(
        PublicId("location"), ForeignKey("locations.id"), index=True
    )
    lot_id: Mapped[UUID | None]
    available: Mapped[Big] = mapped_column(server_default="0")
    reserved: Mapped[Big] = mapped_column(server_default="0")
    committed: Mapped[Big] = mapped_column(server_default="0")
    damaged: Mapped[Big] = mapped_column(server_default="0")
    quality_hold: Mapped[Big] = mapped_column(server_default="0")
    on_hand: Mapped[Big] = mapped_column(
        Computed("available + reserved + committed + damaged + quality_hold", persisted=True)
    )
    head_seq: Mapped[int | None] = mapped_column(BigInteger)
    uncovered: Mapped[Big] = mapped_column(server_default="0")  # by allocations; 0 at every commit
    updated_at: Mapped[CreatedAt]


class Posting(Base):
    """One change to the stock, of one level or of many, and why; never changed afterwards."""

    __tablename__ = "postings"
    __table_args__ = (
        CheckConstraint(
            "(reference_type IS NULL) = (reference_id IS NULL)", name="reference_is_whole"
        ),
        CheckConstraint("reverses_posting_id <> id", name="not_its_own_reversal"),
        CheckConstraint(
            "(kind = 'REVERSE') = (reverses_posting_id IS NOT NULL)", name="reversal_names_posting"
        ),
        Index("ix_postings_recorded_at", "recorded_at", "id"),
        Index(
            "ix_postings_reference",
            "reference_id",
            postgresql_where=text("reference_id IS NOT NULL"),
        ),
    )

    id: Mapped[Id] = mapped_column(
        PublicId("posting"), primary_key=True, default=partial(new_id, "posting")
    )
    kind: Mapped[PostingKind]
    reason: Mapped[str | None] = mapped_column(String(500))
    note: Mapped[str | None] = mapped_column(String(2000))
    reference_type: Mapped[str | None] = mapped_column(String(40))
    reference_id: Mapped[str | None] = mapped_column(String(200))
    actor: Mapped[str] = mapped_column(String(60))
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    reverses_posting_id: Mapped[Id | None] = mapped_column(
        PublicId("posting"), ForeignKey("postings.id"), unique=True
    )


def _after(bucket: str) -> Mapped[int]:
    return mapped_column(
        BigInteger, Computed(f"{bucket}_before + {bucket}_delta", persisted=True), nullable=False
    )


class StockMovement(Base):
    """One line of a level's ledger: it must begin as the line before it ended."""

    __tablename__ = "stock_movements"
    __table_args__ = (
        UniqueConstraint(
            "level_id", "seq", *_STATE, "recorded_at", name="uq_stock_movements_state"
        ),
        ForeignKeyConstraint(
            [
                "level_id",
                "prev_seq",
                *(f"{bucket}_before" for bucket in BUCKETS),
                "prev_recorded_at",
            ],
            [f"stock_movements.{name}" for name in ("level_id", "seq", *_STATE, "recorded_at")],
            name="fk_stock_movements_begins_as_the_last_one_ended",
        ),
        CheckConstraint("seq >= 1", name="seq_from_one"),
        CheckConstraint(
            "seq > 1 OR (available_before, reserved_before, committed_before, damaged_before,"
            " quality_hold_before) = (0, 0, 0, 0, 0)",
            name="opens_at_zero",
        ),
        CheckConstraint(
            "(seq = 1) = (prev_recorded_at IS NULL)", name="names_the_time_of_the_last_one"
        ),
        CheckConstraint("prev_recorded_at < recorded_at", name="time_runs_forward"),
        CheckConstraint(f"least({', '.join(_STATE)}) >= 0", name="buckets_not_negative"),
        CheckConstraint("(unit_cost IS NULL) = (currency IS NULL)", name="cost_with_currency"),
        CheckConstraint("unit_cost >= 0", name="unit_cost_not_negative"),
        Index("ix_stock_movements_as_of", "level_id", "recorded_at"),
        Index("ix_stock_movements_recorded_at", "recorded_at", "level_id"),
    )

    level_id: Mapped[Id] = mapped_column(
        PublicId("level"), ForeignKey("stock_levels.id"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    prev_seq: Mapped[int | None] = mapped_column(
        BigInteger, Computed("nullif(seq - 1, 0)", persisted=True)
    )
    posting_id: Mapped[Id] = mapped_column(
        PublicId("posting"), ForeignKey("postings.id"), index=True
    )
    available_delta: Mapped[Big]
    reserved_delta: Mapped[Big]
    committed_delta: Mapped[Big]
    damaged_delta: Mapped[Big]
    quality_hold_delta: Mapped[Big]
    available_before: Mapped[Big]
    reserved_before: Mapped[Big]
    committed_before: Mapped[Big]
    damaged_before: Mapped[Big]
    quality_hold_before: Mapped[Big]
    available_after: Mapped[int] = _after("available")
    reserved_after: Mapped[int] = _after("reserved")
    committed_after: Mapped[int] = _after("committed")
    damaged_after: Mapped[int] = _after("damaged")
    quality_hold_after: Mapped[int] = _after("quality_hold")
    unit_cost: Mapped[Decimal | None] = mapped_column(Price)
    currency: Mapped[str | None] = mapped_column(String(3))
    recorded_at: Mapped[datetime]
    prev_recorded_at: Mapped[datetime | None]


class Allocation(Base):
    """Stock of one level promised to one order line; a level's committed stock is their sum."""

    __tablename__ = "allocations"
    __table_args__ = (
        UniqueConstraint("order_line_id", "level_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
    )

    id: Mapped[Id] = mapped_column(
        PublicId("allocation"), primary_key=True, default=partial(new_id, "allocation")
    )
    level_id: Mapped[Id] = mapped_column(
        PublicId("level"), ForeignKey("stock_levels.id"), index=True
    )
    order_line_id: Mapped[Id] = mapped_column(
        PublicId("line"), ForeignKey("order_lines.id", ondelete="RESTRICT")
    )
    quantity: Mapped[Big]
    created_at: Mapped[CreatedAt]
