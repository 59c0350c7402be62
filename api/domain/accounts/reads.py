"""The rows of accounts as both faces send them: never a hash, never a secret."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from api.domain.accounts.commands import ApiKeyFilter
from api.domain.accounts.models import ApiKey as K
from api.domain.accounts.models import User as U
from api.domain.actors import Role
from api.domain.conditions import (
    Applied,
    Flag,
    chosen,
    conditions,
    contains,
    equals,
    one_of,
    parameter,
)
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
    """An access token, good for `expires_in` seconds."""

    access_token: str
    token_type: str
    expires_in: int


USER = Source(User, U)
API_KEY = Source(ApiKey, K)
USER_OF_EMAIL = Statement(
    select(U.name, U.disabled_at).where(U.email == parameter("email", U.email))
)
"""Whose an address is: the name, and since when they are locked out."""
PASSWORD_OF = Statement(select(U.email, U.password_hash).where(U.id == parameter("id", U.id)))
_USERS_BY_ID = one_of("ids", U.id)
_OWNED_BY = equals("owner_id", K.user_id)
_KEY_BY_ID = equals("id", K.id)

USERS = Listing(
    name="users",
    source=USER,
    id=U.id,
    sortable={"EMAIL": U.email, "NAME": U.name, "CREATED_AT": U.created_at},
    default=(SortKey("EMAIL"),),
)
API_KEYS = Listing(
    name="api_keys",
    source=API_KEY,
    id=K.id,
    sortable={"NAME": K.name, "CREATED_AT": K.created_at},
    default=(SortKey("CREATED_AT", descending=True),),
)
WHICH_USERS = conditions(
    contains("q", U.name, U.email),
    one_of("role", U.role),
    Flag("is_disabled", U.disabled_at.is_not(None)),
)
WHICH_API_KEYS = conditions(Flag("is_revoked", K.revoked_at.is_not(None)))


def which_api_keys(owner: Id | None, filter: ApiKeyFilter) -> list[Applied]:
    """The filter, inside the owner's own keys."""
    return [_OWNED_BY(owner), *chosen(filter, WHICH_API_KEYS)]


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
    found = await API_KEY.rows(scope, _KEY_BY_ID(id), _OWNED_BY(owner))
    if not found:
        raise NotFound(f"There is no API key {id}.", id)
    return found[0]
