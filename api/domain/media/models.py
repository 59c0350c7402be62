"""Pictures that were sent, and the one place where each is used."""

from datetime import datetime
from enum import StrEnum
from functools import partial

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from api.domain.base import Base, CreatedAt, PublicId
from api.domain.fields import Id, new_id

_WAITS = text("expires_at IS NOT NULL")


class ImageFormat(StrEnum):
    """What a picture is kept as: what it was sent as."""

    PNG = "PNG"
    JPEG = "JPEG"
    WEBP = "WEBP"


class Upload(Base):
    """A picture: an image of an item, somebody's avatar, or waiting to be one until it expires."""

    __tablename__ = "uploads"
    __table_args__ = (
        UniqueConstraint("item_id", "position", deferrable=True, initially="DEFERRED"),
        UniqueConstraint("item_id", "content_hash"),
        UniqueConstraint("avatar_of"),
        CheckConstraint("(item_id IS NULL) = (position IS NULL)", name="position_on_an_item"),
        CheckConstraint(
            "num_nonnulls(item_id, avatar_of, expires_at) = 1", name="in_one_use_or_waiting"
        ),
        Index("ix_uploads_expires_at", "expires_at", postgresql_where=_WAITS),
        Index("ix_uploads_uploaded_by", "uploaded_by", postgresql_where=_WAITS),
    )

    id: Mapped[Id] = mapped_column(
        PublicId("upload"), primary_key=True, default=partial(new_id, "upload")
    )
    item_id: Mapped[Id | None] = mapped_column(
        PublicId("item"), ForeignKey("items.id", ondelete="RESTRICT")
    )
    position: Mapped[int | None]
    avatar_of: Mapped[Id | None] = mapped_column(
        PublicId("user"), ForeignKey("users.id", ondelete="RESTRICT")
    )
    uploaded_by: Mapped[Id | None] = mapped_column(
        PublicId("user"), ForeignKey("users.id", ondelete="RESTRICT")
    )
    file_name: Mapped[str] = mapped_column(String(255))
    alt: Mapped[str | None] = mapped_column(String(500))
    format: Mapped[ImageFormat]
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    small_size: Mapped[int]
    large_size: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
