"""Sessions: how they begin, how refresh tokens follow one another, and how they end."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, LargeBinary, String, bindparam, text

from api.domain.accounts import tokens
from api.domain.accounts.events import SessionReused
from api.domain.accounts.reads import Token
from api.domain.accounts.tokens import ENDED, SessionText
from api.domain.actors import SessionKind
from api.domain.base import PublicId
from api.domain.errors import Unauthenticated
from api.domain.fields import Id, new_id
from api.domain.scope import Scope
from api.domain.statements import Statement

MOST = 1_000
"""Open sessions of one user; who begins another ends the oldest."""
_TYPES: dict[str, Any] = {
    "id": PublicId("session"),
    "user_id": PublicId("user"),
    "kind": String,
    "device": String,
    "this": LargeBinary,
    "next": LargeBinary,
    "seconds": Integer,
    "grace": Integer,
}
LIVE = """
    s.revoked_at IS NULL AND s.expires_at > clock_timestamp()
    AND s.auth_version = u.auth_version AND u.disabled_at IS NULL
"""
"""Whether a session `s` of the user `u` stands for them still."""
_YOUNG = "s.refreshed_at > clock_timestamp() - make_interval(secs => :grace)"


def _statement(sql: str, *names: str) -> Statement:
    return Statement(text(sql).bindparams(*(bindparam(n, type_=_TYPES[n]) for n in names)))


_BEGIN = _statement(
    f"""
    WITH cleared AS (
        DELETE FROM sessions WHERE user_id = :user_id AND (
            expires_at < clock_timestamp() OR id IN (
                SELECT id FROM sessions WHERE user_id = :user_id ORDER BY id DESC OFFSET {MOST - 1}
            )
        )
    )
    INSERT INTO sessions (id, user_id, kind, device, auth_version, secret_hash, expires_at)
    SELECT :id, u.id, :kind, :device, u.auth_version, :next,
        clock_timestamp() + make_interval(secs => :seconds)
    FROM users u WHERE u.id = :user_id AND u.disabled_at IS NULL
    RETURNING expires_at
    """,  # noqa: S608  # no value in it
    *("user_id", "id", "kind", "device", "next", "seconds"),
)
_FOLLOW = _statement(
    f"""
    UPDATE sessions s SET secret_hash = :next, previous_hash = :this,
        refreshed_at = clock_timestamp(),
        expires_at = clock_timestamp() + make_interval(secs => :seconds)
    FROM users u
    WHERE s.id = :id AND s.kind = 'CLIENT' AND s.secret_hash = :this AND u.id = s.user_id
        AND {LIVE} AND ({_YOUNG}) IS NOT TRUE
    RETURNING encode(uuid_send(s.user_id), 'hex')
    """,  # noqa: S608
    *("id", "this", "next", "seconds", "grace"),
)
_STAND = _statement(
    f"""
    SELECT encode(uuid_send(s.user_id), 'hex'), s.secret_hash, s.previous_hash, ({_YOUNG}) IS TRUE
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = :id AND s.kind = 'CLIENT' AND {LIVE}
    """,  # noqa: S608
    *("id", "grace"),
)
_END = _statement(
    "UPDATE sessions SET revoked_at = clock_timestamp() WHERE id = :id AND revoked_at IS NULL",
    "id",
)
_END_ALL = _statement(
    "UPDATE users SET auth_version = auth_version + 1 WHERE id = :user_id", "user_id"
)
_STAY = _statement(
    """
    UPDATE sessions s SET auth_version = u.auth_version FROM users u
    WHERE s.id = :id AND u.id = s.user_id
    """,
    "id",
)


@dataclass(frozen=True, slots=True)
class Begun:
    """A new session, and what its bearer is given."""

    text: SessionText
    expires_at: datetime


async def begin(scope: Scope, user_id: Id, kind: SessionKind, device: str | None = None) -> Begun:
    """Begin a session of a user who has just proved to be themselves."""
    lifetimes = scope.keyring.lifetimes
    first = SessionText.first(scope.keyring, new_id("session"))
    values = {
        "id": first.session_id,
        "user_id": user_id,
        "kind": kind,
        "device": device,
        "next": first.hash,
        "seconds": lifetimes.browser if kind is SessionKind.BROWSER else lifetimes.refresh,
    }
    begun = await scope.write(_BEGIN, values)
    if not begun:
        raise Unauthenticated(ENDED)  # disabled since
    return Begun(first, begun[0][0])


@dataclass(frozen=True, slots=True)
class Followed:
    """Whose session a refresh token continues, and the token to send next time."""

    user_id: Id
    text: SessionText


async def follow(scope: Scope, sent: SessionText) -> Followed:
    """Put its successor in a refresh token's place, once: whoever sends it again within the grace
    time gets the same, and whoever does later ends the session.
    """
    following = sent.successor(scope.keyring)
    lifetimes = scope.keyring.lifetimes
    values = {
        "id": sent.session_id,
        "this": sent.hash,
        "next": following.hash,
        "seconds": lifetimes.refresh,
        "grace": lifetimes.grace,
    }
    for (user_id,) in await scope.write(_FOLLOW, values):
        return Followed(Id(f"user_{user_id}"), following)
    for user, secret_hash, previous_hash, young in await scope.read(_STAND, values):
        user_id = Id(f"user_{user}")
        if sent.hash == secret_hash:  # too young to be followed: that would cut off its twins
            return Followed(user_id, sent)
        if young and sent.hash == previous_hash:
            return Followed(user_id, following)
        await end(scope, sent.session_id)
        scope.announce(SessionReused(sent.session_id, user_id))
        await scope.settle()
    raise Unauthenticated(ENDED)


async def end(scope: Scope, session_id: Id) -> None:
    """End one session; one that has ended stays so."""
    await scope.write(_END, {"id": session_id})


async def stay(scope: Scope) -> None:
    """Keep the caller's own session, after all of the user's have ended."""
    await scope.write(_STAY, {"id": scope.actor.session_id})


async def end_all(scope: Scope, user_id: Id) -> None:
    """End every session of a user, wherever it is."""
    await scope.write(_END_ALL, {"user_id": user_id})


def token_of(scope: Scope, user_id: Id, text: SessionText) -> Token:
    """What a client is given: an access token for now, and a refresh token for later."""
    access = tokens.sign(scope.keyring, user_id, text.session_id)
    return Token(access, "bearer", scope.keyring.lifetimes.access, str(text))
