"""One-time codes: 256 random bits, of which the database keeps a hash alone; its clock tells how
long one is good.
"""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, LargeBinary, String, bindparam, text

from api.domain.accounts.errors import InvalidCode
from api.domain.accounts.models import Purpose
from api.domain.scope import Scope
from api.domain.statements import Statement

HOURS = {Purpose.CONFIRM_EMAIL: 24, Purpose.RESET_PASSWORD: 1}
_TYPES: dict[str, Any] = {"code_hash": LargeBinary, "hours": Integer}


def _statement(sql: str, *names: str) -> Statement:
    kinds = [bindparam(name, type_=_TYPES.get(name, String)) for name in names]
    return Statement(text(sql).bindparams(*kinds))


_KEEP = _statement(
    """
    WITH cleared AS (
        DELETE FROM one_time_codes WHERE (purpose, email) IN (
            SELECT purpose, email FROM one_time_codes
            WHERE expires_at < clock_timestamp() AND (purpose, email) <> (:purpose, :email)
            LIMIT 10 FOR UPDATE SKIP LOCKED
        )
    )
    INSERT INTO one_time_codes (purpose, email, code_hash, name, password_hash, expires_at)
    VALUES (
        :purpose, :email, :code_hash, :name, :password_hash,
        clock_timestamp() + make_interval(hours => :hours)
    )
    ON CONFLICT (purpose, email) DO UPDATE SET
        code_hash = excluded.code_hash, name = excluded.name,
        password_hash = excluded.password_hash, expires_at = excluded.expires_at
    """,
    *("purpose", "email", "code_hash", "name", "password_hash", "hours"),
)
_GOOD = "purpose = :purpose AND code_hash = :code_hash AND expires_at > clock_timestamp()"
_FIND = _statement(
    f"SELECT email, name, password_hash FROM one_time_codes WHERE {_GOOD}",  # noqa: S608
    *("purpose", "code_hash"),
)
_SPEND = _statement(
    f"DELETE FROM one_time_codes WHERE {_GOOD} RETURNING email, name, password_hash",  # noqa: S608
    *("purpose", "code_hash"),
)
_FORGET = _statement("DELETE FROM one_time_codes WHERE email = :email", "email")


@dataclass(frozen=True, slots=True)
class Kept:
    """What waits under a code: for which address, and what a registration asked for."""

    email: str
    name: str | None = None
    password_hash: str | None = None


async def keep(scope: Scope, purpose: Purpose, kept: Kept) -> str:
    """A new code for an address; one sent before for the same purpose is good no more."""
    code = secrets.token_urlsafe(32)
    values = {
        "email": kept.email,
        "name": kept.name,
        "password_hash": kept.password_hash,
        "hours": HOURS[purpose],
    }
    await scope.write(_KEEP, _named(purpose, code) | values)
    return code


async def find(scope: Scope, purpose: Purpose, code: str) -> Kept:
    """What a code stands for, which it does still; raises InvalidCode."""
    return _only(await scope.read(_FIND, _named(purpose, code)))


async def spend(scope: Scope, purpose: Purpose, code: str) -> Kept:
    """What a code stood for until now; of two who send it at once, one gets InvalidCode."""
    return _only(await scope.write(_SPEND, _named(purpose, code)))


async def forget(scope: Scope, email: str) -> None:
    """Make every code that was sent to an address worthless."""
    await scope.write(_FORGET, {"email": email})


def _named(purpose: Purpose, code: str) -> dict[str, object]:
    return {"purpose": purpose, "code_hash": hashlib.sha256(code.encode()).digest()}


def _only(rows: list[Any]) -> Kept:
    if not rows:
        raise InvalidCode("The code is not valid, or no longer: ask for a new one.")
    return Kept(*rows[0])
