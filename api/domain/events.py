"""The outbox: what happened, written in the transaction that made it happen."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar

import orjson
from sqlalchemy import ARRAY, BigInteger, BindParameter, Identity, Index, String, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from api.domain.base import Base, CreatedAt
from api.domain.fields import Id
from api.domain.statements import Driver, Statement, Values


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


OUTBOX = """
    INSERT INTO events (type, subject, payload, actor, trace_id)
    SELECT event.type, event.subject, event.payload::jsonb, :actor, :trace_id
    FROM unnest(:types, :subjects, :payloads) AS event (type, subject, payload)
"""
OUTBOX_PARAMETERS: list[BindParameter[Any]] = [
    *(bindparam(name, type_=ARRAY(String)) for name in ("types", "subjects", "payloads")),
    *(bindparam(name, type_=String) for name in ("actor", "trace_id")),
]
_TELL = Statement(text(OUTBOX).bindparams(*OUTBOX_PARAMETERS))


@dataclass(frozen=True, slots=True)
class Telling:
    """Events, in their order, and whose command made them happen."""

    events: Sequence[Event]
    actor: str
    trace_id: str

    @property
    def values(self) -> Values:
        """The parameters of the outbox."""
        return {
            "types": [event.name for event in self.events],
            "subjects": [event.subject for event in self.events],
            "payloads": [orjson.dumps(event.payload).decode() for event in self.events],
            "actor": self.actor,
            "trace_id": self.trace_id,
        }


async def tell(driver: Driver, told: Telling) -> None:
    """Write events where there are any."""
    if told.events:
        await _TELL.run(driver, told.values)
