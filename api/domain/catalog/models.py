"""Categories and items."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from api.domain.base import Base, CreatedAt, Price, PublicId, Versioned, words
from api.domain.fields import Id, new_id


class Tracking(StrEnum):
    """How closely the pieces of an item are told apart."""

    NONE = "NONE"
    LOT = "LOT"
    SERIAL = "SERIAL"


class Category(Versioned, Base):
    """A shelf in the catalog's tree; the database refuses cycles."""

    __tablename__ = "categories"
    __table_args__ = (
        UniqueConstraint("parent_id", "slug", postgresql_nulls_not_distinct=True),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        words("ix_categories_words", "name", "slug"),
    )

    id: Mapped[Id] = mapped_column(
        PublicId("category"), primary_key=True, default=partial(new_id, "category")
    )
    name: Mapped[str] = mapped_column(String(200), index=True)
    slug: Mapped[str] = mapped_column(String(100), index=True)
    parent_id: Mapped[Id | None] = mapped_column(
        PublicId("category"), ForeignKey("categories.id", ondelete="RESTRICT"), index=True
    )
    created_at: Mapped[CreatedAt] = mapped_column(index=True)


class Item(Versioned, Base):
    """What is counted and sold."""

    __tablename__ = "items"
    __table_args__ = (
        Index("uq_items_sku", func.lower(text("sku")), unique=True),
        CheckConstraint("(price IS NULL) = (currency IS NULL)", name="price_with_currency"),
        CheckConstraint("price >= 0", name="price_not_negative"),
        CheckConstraint("backorder_limit >= 0", name="backorder_limit_not_negative"),
        words("ix_items_words", "name", "sku", "barcode"),
    )

    id: Mapped[Id] = mapped_column(
        PublicId("item"), primary_key=True, default=partial(new_id, "item")
    )
    sku: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    description: Mapped[str | None] = mapped_column(String(2000))
    barcode: Mapped[str | None] = mapped_column(String(64), unique=True)
    category_id: Mapped[Id | None] = mapped_column(
        PublicId("category"), ForeignKey("categories.id", ondelete="RESTRICT"), index=True
    )
    unit: Mapped[str] = mapped_column(String(20), default="each")
    price: Mapped[Decimal | None] = mapped_column(Price, index=True)
    currency: Mapped[str | None] = mapped_column(String(3))
    track_stock: Mapped[bool] = mapped_column(default=True)
    tracking: Mapped[Tracking] = mapped_column(default=Tracking.NONE)
    allow_backorder: Mapped[bool] = mapped_column(default=False)
    backorder_limit: Mapped[int | None] = mapped_column(BigInteger)
    attributes: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    archived_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt] = mapped_column(index=True)
