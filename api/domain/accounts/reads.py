"""The rows of accounts as both faces send them: never a hash, never a secret."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select

from api.domain.accounts.commands import ApiKeyFilter, UserFilter
from api.domain.accounts.models import ApiKey as K
from api.domain.accounts.models import User as U
from api.domain.actors import Role
from api.domain.base import matches
from api.domain.errors import NotFound
from api.domain.fields import Id
from api.domain.paging import Listing, SortKey
from api.domain.scope import Scope


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
class Token:
    """An access token, good for `expires_in` seconds."""

    access_token: str
    token_type: str
    expires_in: int


_USERS = select(
    U.id, U.email, U.name, U.role, U.customer_id, U.disabled_at, U.version, U.created_at
)
_KEYS = select(
    K.id, K.user_id, K.name, K.prefix, K.scopes, K.expires_at, K.revoked_at, K.created_at
)


def _user(row: Row[*tuple[Any, ...]]) -> User:
    return User(*row[:8])


def _api_key(row: Row[*tuple[Any, ...]]) -> ApiKey:
    return ApiKey(*row[:8])


USERS = Listing(
    name="users",
    statement=_USERS,
    row=_user,
    id=U.__table__.c.id,
    sortable={
        "EMAIL": U.__table__.c.email,
        "NAME": U.__table__.c.name,
        "CREATED_AT": U.__table__.c.created_at,
    },
    default=(SortKey("EMAIL"),),
)
API_KEYS = Listing(
    name="api_keys",
    statement=_KEYS,
    row=_api_key,
    id=K.__table__.c.id,
    sortable={"NAME": K.__table__.c.name, "CREATED_AT": K.__table__.c.created_at},
    default=(SortKey("CREATED_AT", descending=True),),
)


def which_users(filter: UserFilter) -> list[ColumnElement[bool]]:
    """The filter as SQL."""
    where: list[ColumnElement[bool]] = []
    if filter.q is not None:
        where.append(or_(matches(U.name, filter.q), matches(U.email, filter.q)))
    if filter.role is not None:
        where.append(U.role.in_(filter.role))
    if filter.is_disabled is not None:
        disabled = U.disabled_at.is_not(None) if filter.is_disabled else U.disabled_at.is_(None)
        where.append(disabled)
    return where


def which_api_keys(owner: Id | None, filter: ApiKeyFilter) -> list[ColumnElement[bool]]:
    """The filter as SQL, inside the owner's own keys."""
    where: list[ColumnElement[bool]] = [K.user_id == owner]
    if filter.is_revoked is not None:
        where.append(K.revoked_at.is_not(None) if filter.is_revoked else K.revoked_at.is_(None))
    return where


async def users_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, User]:
    """The users that exist, by id."""
    rows = await scope.fetch(_USERS.where(U.id.in_(ids)))
    return {row.id: _user(row) for row in rows}


async def user(scope: Scope, id: Id) -> User:
    """One user."""
    found = await users_by_id(scope, [id])
    if id not in found:
        raise NotFound(f"There is no user {id}.", id)
    return found[id]


async def api_key(scope: Scope, owner: Id | None, id: Id) -> ApiKey:
    """One of the owner's keys; another's is not there."""
    rows = await scope.fetch(_KEYS.where(K.id == id, K.user_id == owner))
    if not rows:
        raise NotFound(f"There is no API key {id}.", id)
    return _api_key(rows[0])
