"""Orders, their lines, and what was shipped of them."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import partial

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    Identity,
    Index,
    Numeric,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from api.domain.base import Base, Big, CreatedAt, Price, PublicId, Versioned, words
from api.domain.fields import Id, new_id


class OrderStatus(StrEnum):
    """How far an order is: PLACED is open, the other two are final."""

    PLACED = "PLACED"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class Order(Versioned, Base):
    """What a customer asked for, at prices frozen when it was placed."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("source", "external_ref"),
        CheckConstraint("total = subtotal - discount_total", name="total_adds_up"),
        CheckConstraint(
            "discount_total >= 0 AND discount_total <= subtotal", name="discount_in_bounds"
        ),
        CheckConstraint(
            "(status = 'COMPLETED') = (completed_at IS NOT NULL)", name="completed_with_time"
        ),
        CheckConstraint(
            "(status = 'CANCELLED') = (cancelled_at IS NOT NULL)", name="cancelled_with_time"
        ),
        Index(None, "customer_id", "placed_at"),
        Index(None, "status", "placed_at"),
        words("ix_orders_words", "external_ref"),
    )

    id: Mapped[Id] = mapped_column(
        PublicId("order"), primary_key=True, default=partial(new_id, "order")
    )
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True, start=1001), unique=True)
    source: Mapped[str] = mapped_column(String(60), server_default="")
    external_ref: Mapped[str | None] = mapped_column(String(100))
    customer_id: Mapped[Id | None] = mapped_column(
        PublicId("customer"), ForeignKey("customers.id", ondelete="RESTRICT")
    )
    status: Mapped[OrderStatus]
    currency: Mapped[str] = mapped_column(String(3))
    note: Mapped[str | None] = mapped_column(String(2000))
    subtotal: Mapped[Decimal] = mapped_column(Price)
    discount_total: Mapped[Decimal] = mapped_column(Price)
    total: Mapped[Decimal] = mapped_column(Price, index=True)
    placed_by: Mapped[Id | None] = mapped_column(
        PublicId("user"), ForeignKey("users.id", ondelete="RESTRICT")
    )
    placed_at: Mapped[CreatedAt] = mapped_column(index=True)
    completed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None] = mapped_column(String(500))


class OrderLine(Base):
    """A quantity of one item in an order: each is allocated, fulfilled, cancelled or awaited."""

    __tablename__ = "order_lines"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint(
            "allocated >= 0 AND fulfilled >= 0 AND cancelled >= 0", name="counters_not_negative"
        ),
        CheckConstraint("allocated + fulfilled + cancelled <= quantity", name="counters_in_bounds"),
        CheckConstraint("track_stock OR allocated = 0", name="only_stock_is_allocated"),
        CheckConstraint("unit_price >= 0", name="unit_price_not_negative"),
        CheckConstraint("discount >= 0 AND discount <= 1", name="discount_is_a_fraction"),
        CheckConstraint("total = subtotal - discount_amount", name="total_adds_up"),
        CheckConstraint(
            "discount_amount >= 0 AND discount_amount <= subtotal", name="discount_in_bounds"
        ),
        Index("ix_order_lines_backordered", "item_id", postgresql_where=text("backordered > 0")),
    )

    id: Mapped[Id] = mapped_column(
        PublicId("line"), primary_key=True, default=partial(new_id, "line")
    )
    order_id: Mapped[Id] = mapped_column(
        PublicId("order"), ForeignKey("orders.id", ondelete="RESTRICT")
    )
    position: Mapped[int]
    item_id: Mapped[Id] = mapped_column(
        PublicId("item"), ForeignKey("items.id", ondelete="RESTRICT"), index=True
    )
    sku: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    track_stock: Mapped[bool]
    quantity: Mapped[Big]
    unit_price: Mapped[Decimal] = mapped_column(Price)
    discount: Mapped[Decimal] = mapped_column(Numeric(7, 6))
    subtotal: Mapped[Decimal] = mapped_column(Price)
    discount_amount: Mapped[Decimal] = mapped_column(Price)
    total: Mapped[Decimal] = mapped_column(Price)
    allocated: Mapped[Big] = mapped_column(server_default="0")
    fulfilled: Mapped[Big] = mapped_column(server_default="0")
    cancelled: Mapped[Big] = mapped_column(server_default="0")
    backordered: Mapped[Big] = mapped_column(
        Computed(
            "CASE WHEN track_stock THEN quantity - allocated - fulfilled - cancelled ELSE 0 END",
            persisted=True,
        )
    )


class Fulfillment(Base):
    """What left one location for an order; without a location, what needs no stock."""

    __tablename__ = "fulfillments"
    __table_args__ = (
        Index(
            "ix_fulfillments_tracking", "tracking", postgresql_where=text("tracking IS NOT NULL")
        ),
    )

    id: Mapped[Id] = mapped_column(
        PublicId("fulfillment"), primary_key=True, default=partial(new_id, "fulfillment")
    )
    order_id: Mapped[Id] = mapped_column(
        PublicId("order"), ForeignKey("orders.id", ondelete="RESTRICT"), index=True
    )
    location_id: Mapped[Id | None] = mapped_column(
        PublicId("location"), ForeignKey("locations.id", ondelete="RESTRICT"), index=True
    )
    tracking: Mapped[str | None] = mapped_column(String(200))
    fulfilled_by: Mapped[Id | None] = mapped_column(
        PublicId("user"), ForeignKey("users.id", ondelete="RESTRICT")
    )
    fulfilled_at: Mapped[CreatedAt] = mapped_column(index=True)


class FulfillmentLine(Base):
    """How much of an order line a fulfillment holds."""

    __tablename__ = "fulfillment_lines"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)

    fulfillment_id: Mapped[Id] = mapped_column(
        PublicId("fulfillment"),
        ForeignKey("fulfillments.id", ondelete="RESTRICT"),
        primary_key=True,
    )
    order_line_id: Mapped[Id] = mapped_column(
        PublicId("line"),
        ForeignKey("order_lines.id", ondelete="RESTRICT"),
        primary_key=True,
        index=True,
    )
    quantity: Mapped[Big]
