"""Idempotency keys: the effect and the answer of a command are stored in one commit, so a retry
finds both or neither.
"""

import hashlib
import json
import random
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel
from sqlalchemy import String, delete, func, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import JSON, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from api.domain.base import Base, CreatedAt
from api.domain.errors import IdempotencyInProgress, IdempotencyMismatch
from api.domain.operations import Operation

R = TypeVar("R")

CLEARED_IN = 0.02  # of the commands with a key
CLEARED_AT_ONCE = 200


class IdempotencyKey(Base):
    """A key of one principal, what it was used for, and what the answer was."""

    __tablename__ = "idempotency_keys"

    principal: Mapped[str] = mapped_column(String(60), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    operation: Mapped[str] = mapped_column(String(80))
    fingerprint: Mapped[str] = mapped_column(String(64))
    answer: Mapped[Any] = mapped_column(JSON, nullable=True)
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class Known(Generic[R]):
    """The answer that a key already has, which may be None."""

    answer: R


def fingerprint(operation: Operation[*tuple[Any, ...], Any], args: tuple[Any, ...]) -> str:
    """The same for the same command, whichever face it came through and however its JSON was
    ordered.
    """
    plain = [
        arg.model_dump(mode="json") if isinstance(arg, BaseModel) else str(arg) for arg in args
    ]
    text = json.dumps([operation.name, plain], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


async def claim(
    session: AsyncSession,
    principal: str,
    key: str,
    operation: Operation[*tuple[Any, ...], R],
    mark: str,
) -> Known[R] | None:
    """Take the key for this transaction, or give the answer it already has; waits for a first call
    under way.
    """
    fresh = insert(IdempotencyKey).values(
        principal=principal,
        key=key,
        operation=operation.name,
        fingerprint=mark,
        expires_at=func.clock_timestamp() + text("interval '24 hours'"),
    )
    mine = (IdempotencyKey.principal == principal) & (IdempotencyKey.key == key)
    for _ in range(2):
        taken = await session.execute(fresh.on_conflict_do_nothing().returning(IdempotencyKey.key))
        if taken.first():
            await _clear_away(session)
            return None
        expired = IdempotencyKey.expires_at < func.clock_timestamp()
        await session.execute(delete(IdempotencyKey).where(mine, expired))
        found = (await session.execute(select(IdempotencyKey).where(mine))).scalar_one_or_none()
        if found is None:
            continue
        if found.fingerprint != mark:
            raise IdempotencyMismatch("This idempotency key was used before, for another request.")
        return Known(operation.result.validate_python(found.answer))
    raise IdempotencyInProgress("This idempotency key is being given up; try again.")


async def _clear_away(session: AsyncSession) -> None:
    """Now and then, some keys that have expired; those of a call under way are passed over."""
    if random.random() > CLEARED_IN:
        return
    some = (
        select(IdempotencyKey.principal, IdempotencyKey.key)
        .where(IdempotencyKey.expires_at < func.clock_timestamp())
        .limit(CLEARED_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    name = tuple_(IdempotencyKey.principal, IdempotencyKey.key)
    await session.execute(delete(IdempotencyKey).where(name.in_(some)))


async def keep(
    session: AsyncSession,
    principal: str,
    key: str,
    operation: Operation[*tuple[Any, ...], R],
    answer: R,
) -> None:
    """Store the answer beside the key that this transaction took."""
    plain = operation.result.dump_python(answer, mode="json")
    mine = (IdempotencyKey.principal == principal) & (IdempotencyKey.key == key)
    await session.execute(update(IdempotencyKey).where(mine).values(answer=plain))
