"""Locations."""

from datetime import datetime
from enum import StrEnum
from functools import partial

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, func, text
from sqlalchemy.orm import Mapped, mapped_column

from api.domain.base import Base, CreatedAt, PublicId, Versioned, words
from api.domain.fields import Id, new_id


class LocationKind(StrEnum):
    """What sort of place it is."""

    WAREHOUSE = "WAREHOUSE"
    STORE = "STORE"
    ZONE = "ZONE"
    BIN = "BIN"
    TRANSIT = "TRANSIT"
    EXTERNAL = "EXTERNAL"


class Location(Versioned, Base):
    """A place in the tree of places; the database refuses cycles, and to close one with stock."""

    __tablename__ = "locations"
    __table_args__ = (
        Index("uq_locations_code", func.lower(text("code")), unique=True),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("priority >= 0", name="priority_not_negative"),
        words("ix_locations_words", "name", "code"),
    )

    id: Mapped[Id] = mapped_column(
        PublicId("location"), primary_key=True, default=partial(new_id, "location")
    )
    code: Mapped[str] = mapped_column(String(40), index=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    kind: Mapped[LocationKind]
    parent_id: Mapped[Id | None] = mapped_column(
        PublicId("location"), ForeignKey("locations.id", ondelete="RESTRICT"), index=True
    )
    holds_stock: Mapped[bool] = mapped_column(default=True)
    sellable: Mapped[bool] = mapped_column(default=True)
    priority: Mapped[int] = mapped_column(default=100, index=True)
    archived_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt] = mapped_column(index=True)
