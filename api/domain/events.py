"""The outbox: what happened, written in the transaction that made it happen."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Identity, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from api.domain.base import Base, CreatedAt
from api.domain.fields import Id


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; a subclass names it (`order.placed`) and says what it carries."""

    name: ClassVar[str]
    subject: Id

    @property
    def payload(self) -> dict[str, Any]:
        """What subscribers are told, beside the subject."""
        return {key: value for key, value in asdict(self).items() if key != "subject"}


class OutboxEvent(Base):
    """An event waiting to be sent, or sent; `seq` orders the events of one subject."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_unsent", "seq", postgresql_where=text("sent_at IS NULL")),)

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    type: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(60), index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    actor: Mapped[str] = mapped_column(String(60))
    trace_id: Mapped[str] = mapped_column(String(64))
    occurred_at: Mapped[CreatedAt]
    sent_at: Mapped[datetime | None]
