"""The rows of accounts as both faces send them: never a hash, never a secret."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from api.domain.accounts.models import ApiKey as K
from api.domain.accounts.models import Session as S
from api.domain.accounts.models import User as U
from api.domain.accounts.selection import API_KEYS as API_KEY_FIELDS
from api.domain.accounts.selection import SESSIONS as SESSION_FIELDS
from api.domain.accounts.selection import USERS as USER_FIELDS
from api.domain.actors import Role, SessionKind
from api.domain.asking import Asking, search
from api.domain.conditions import Applied, Condition, contains, equals, one_of, parameter
from api.domain.errors import NotFound
from api.domain.fields import Id
from api.domain.paging import Listing, SortKey
from api.domain.scope import Scope
from api.domain.selecting import Source
from api.domain.statements import Statement


@dataclass(slots=True)
class User:
    """Somebody who signs in."""

    id: Id
    email: str
    name: str
    role: Role
    customer_id: Id | None
    disabled_at: datetime | None
    version: int
    created_at: datetime


@dataclass(slots=True)
class Me:
    """The caller: who, and what they may do with the credentials they sent."""

    user: User
    permissions: list[str]


@dataclass(slots=True)
class ApiKey:
    """A credential for programs; `prefix` tells its owner which one it is."""

    id: Id
    user_id: Id
    name: str
    prefix: str
    scopes: list[str]
    stored_documents_only: bool
    expires_at: datetime | None
    revoked_at: datetime | None
    created_at: datetime


@dataclass(slots=True)
class CreatedApiKey:
    """A new key; `secret` is the key itself and is never shown again."""

    api_key: ApiKey
    secret: str


@dataclass(slots=True)
class Notice:
    """What was done or comes next, in words for people."""

    message: str


@dataclass(slots=True)
class Token:
    """An access token, good for `expires_in` seconds, and what to trade for the next one."""

    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str


@dataclass(slots=True)
class Session:
    """A sign-in that has not ended: of a client, by tokens, or of a browser, by a cookie."""

    id: Id
    user_id: Id
    kind: SessionKind
    device: str | None
    refreshed_at: datetime | None
    expires_at: datetime
    revoked_at: datetime | None
    created_at: datetime


@dataclass(slots=True)
class LoggedOut:
    """Whose sessions ended, and whether all of them did."""

    user_id: Id
    everywhere: bool


@dataclass
class BrowserSession:
    """Who a browser is signed in as, and the token that its requests carry beside the cookie."""

    user: User
    csrf_token: str
    expires_at: datetime

    cookie = ""
    """What the browser keeps to itself: no field, so that no answer ever shows it."""


USER = Source(User, U)
API_KEY = Source(ApiKey, K)
USER_OF_EMAIL = Statement(
    select(U.name, U.disabled_at).where(U.email == parameter("email", U.email))
)
"""Whose an address is: the name, and since when they are locked out."""
PASSWORD_OF = Statement(select(U.email, U.password_hash).where(U.id == parameter("id", U.id)))
SESSION = Source(Session, S)
_USERS_BY_ID = one_of("ids", U.id)
OWNED_BY = equals("owner_id", K.user_id)
_KEY_BY_ID = equals("id", K.id)
_SESSIONS_OF = equals("owner_id", S.user_id)
_SESSION_BY_ID = equals("id", S.id)
_OPEN = Condition(
    "is_open",
    S.revoked_at.is_(None)
    & (S.expires_at > func.clock_timestamp())
    & (S.auth_version == select(U.auth_version).where(U.id == S.user_id).scalar_subquery()),
)

USERS = Listing(
    name="users",
    source=USER,
    id=U.id,
    asking=Asking(
        USER_FIELDS,
        (search(contains("q", U.name, U.email), "Part of the name or the e-mail address."),),
    ),
    sortable={"EMAIL": U.email, "NAME": U.name, "CREATED_AT": U.created_at},
    default=(SortKey("EMAIL"),),
)
API_KEYS = Listing(
    name="api_keys",
    source=API_KEY,
    id=K.id,
    asking=Asking(API_KEY_FIELDS),
    sortable={"NAME": K.name, "CREATED_AT": K.created_at},
    default=(SortKey("CREATED_AT", descending=True),),
)
SESSIONS = Listing(
    name="sessions",
    source=SESSION,
    id=S.id,
    asking=Asking(SESSION_FIELDS),
    sortable={"CREATED_AT": S.created_at, "EXPIRES_AT": S.expires_at},
    default=(SortKey("CREATED_AT", descending=True),),
)


def open_sessions() -> list[Applied]:
    """Everybody's sessions that are open."""
    return [Applied(_OPEN, {})]


def own_open_sessions(owner: Id | None) -> list[Applied]:
    """The owner's own; whoever is nobody has none."""
    return [_SESSIONS_OF(owner), *open_sessions()]


async def users_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, User]:
    """The users that exist, by id."""
    return {row.id: row for row in await USER.rows(scope, _USERS_BY_ID(ids))}


async def user(scope: Scope, id: Id) -> User:
    """One user."""
    found = await users_by_id(scope, [id])
    if id not in found:
        raise NotFound(f"There is no user {id}.", id)
    return found[id]


async def api_key(scope: Scope, owner: Id | None, id: Id) -> ApiKey:
    """One of the owner's keys; another's is not there."""
    found = await API_KEY.rows(scope, _KEY_BY_ID(id), OWNED_BY(owner))
    if not found:
        raise NotFound(f"There is no API key {id}.", id)
    return found[0]


async def session(scope: Scope, owner: Id | None, id: Id) -> Session:
    """One of the owner's sessions; another's is not there."""
    found = await SESSION.rows(scope, _SESSION_BY_ID(id), _SESSIONS_OF(owner))
    if not found:
        raise NotFound(f"There is no session {id}.", id)
    return found[0]
