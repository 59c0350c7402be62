"""Idempotency keys: the effect and the answer of a command are stored in one commit, so a retry
finds both or neither.
"""

import hashlib
import json
import random
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel
from sqlalchemy import (
    Boolean,
    Interval,
    String,
    Text,
    bindparam,
    cast,
    delete,
    func,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSON, insert
from sqlalchemy.orm import Mapped, mapped_column

from api.domain.base import Base, CreatedAt
from api.domain.errors import BadRequest, IdempotencyInProgress, IdempotencyMismatch
from api.domain.events import OUTBOX, OUTBOX_PARAMETERS, Telling
from api.domain.operations import Operation
from api.domain.statements import Driver, Statement

CLEARED_IN = 0.02  # of the commands with a key
CLEARED_AT_ONCE = 200
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


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


_MINE = (IdempotencyKey.principal == bindparam("principal")) & (
    IdempotencyKey.key == bindparam("key")
)
_SOME_EXPIRED = (
    select(IdempotencyKey.principal, IdempotencyKey.key)
    .where(IdempotencyKey.expires_at < func.clock_timestamp())
    .limit(CLEARED_AT_ONCE)
    .with_for_update(skip_locked=True)  # those of a call under way are passed over
)
_CLEARED = delete(IdempotencyKey).where(
    bindparam("clearing", type_=Boolean),
    tuple_(IdempotencyKey.principal, IdempotencyKey.key).in_(_SOME_EXPIRED),
)
_TAKE = Statement(
    insert(IdempotencyKey)
    .values(
        {name: bindparam(name) for name in ("principal", "key", "operation", "fingerprint")}
        | {"expires_at": func.clock_timestamp() + bindparam("kept", type_=Interval)}
    )
    .on_conflict_do_nothing()
    .returning(IdempotencyKey.key)
    .add_cte(_CLEARED.cte("cleared"))
)
_FORGET = Statement(
    delete(IdempotencyKey).where(_MINE, IdempotencyKey.expires_at < func.clock_timestamp())
)
_FIND = Statement(
    select(IdempotencyKey.fingerprint, cast(IdempotencyKey.answer, Text)).where(_MINE)
)
_KEEP = Statement(
    text(
        f"""
        WITH told AS ({OUTBOX})
        UPDATE idempotency_keys SET answer = cast(:answer AS json)
        WHERE principal = :principal AND key = :key
        """  # noqa: S608  # no value in it
    ).bindparams(
        *OUTBOX_PARAMETERS,
        *(bindparam(name, type_=String) for name in ("answer", "principal", "key")),
    )
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A key that a principal sends with a command, and what tells this command from others."""

    principal: str
    key: str
    operation: str
    fingerprint: str


def claim_of(
    principal: str,
    key: str,
    operation: Operation[*tuple[Any, ...], Any],
    args: tuple[Any, ...],
    preconditions: Sequence[object] = (),
) -> Claim:
    """The claim of a command: the same, whichever face it came through and however its JSON was
    ordered; another, when it may meet other versions.
    """
    plain = [
        arg.model_dump(mode="json") if isinstance(arg, BaseModel) else str(arg) for arg in args
    ]
    parts = [operation.name, plain, *preconditions]
    whole = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return Claim(principal, key, operation.name, hashlib.sha256(whole.encode()).hexdigest())


def checked(key: str) -> str:
    """A key that can be one."""
    if not _KEY.fullmatch(key):
        raise BadRequest("An idempotency key has 1 to 255 printable ASCII characters, no space.")
    return key


async def take(driver: Driver, claim: Claim, kept: timedelta) -> str | None:
    """Take the key for this transaction, and for so long after it, or give the answer it already
    has, as JSON; waits for a first call under way.
    """
    values = {**asdict(claim), "kept": kept, "clearing": random.random() < CLEARED_IN}
    for _ in range(2):
        if await _TAKE.run(driver, values):
            return None
        await _FORGET.run(driver, values)
        for fingerprint, answer in await _FIND.run(driver, values):
            if fingerprint != claim.fingerprint:
                message = "This idempotency key was used before, for another request."
                raise IdempotencyMismatch(message)
            return str(answer)
    raise IdempotencyInProgress("This idempotency key is being given up; try again.")


async def keep(driver: Driver, claim: Claim, answer: bytes, told: Telling) -> None:
    """Store the answer beside the key that this transaction took, and write its events."""
    mine = {"principal": claim.principal, "key": claim.key, "answer": answer.decode()}
    await _KEEP.run(driver, {**told.values, **mine})
