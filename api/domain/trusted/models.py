"""Trusted documents."""

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.domain.base import Base, CreatedAt
from api.domain.fields import Id


class TrustedDocument(Base):
    """A text that clients may name by its hash instead of sending it; the database proves that the
    one is the other's.
    """

    __tablename__ = "trusted_documents"
    __table_args__ = (
        CheckConstraint(
            "id = 'sha256:' || encode(sha256(convert_to(text, 'UTF8')), 'hex')", name="is_its_hash"
        ),
    )

    id: Mapped[Id] = mapped_column(String(71), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
