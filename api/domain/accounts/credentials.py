"""From a credential to an actor: what the database says of a user or a key at this moment."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from api.domain.accounts.models import ApiKey, User
from api.domain.accounts.tokens import KeyText
from api.domain.actors import PERMISSIONS, Actor, Permission
from api.domain.fields import Id


async def actor_of_user(connection: AsyncConnection, user_id: Id) -> Actor | None:
    """The user as an actor; None when there is none, or it is disabled."""
    known = select(User.role, User.customer_id).where(
        User.id == user_id, User.disabled_at.is_(None)
    )
    row = (await connection.execute(known)).first()
    if row is None:
        return None
    return Actor(user_id, row.role, PERMISSIONS[row.role], row.customer_id)


async def actor_of_key(connection: AsyncConnection, key: KeyText) -> tuple[Actor, bytes] | None:
    """The key's owner with the key's scopes, and the hash of its secret; None when it is not in
    force.
    """
    in_force = ApiKey.expires_at.is_(None) | (ApiKey.expires_at > func.clock_timestamp())
    known = (
        select(ApiKey.id, ApiKey.secret_hash, ApiKey.scopes, User.id, User.role, User.customer_id)
        .join(User, User.id == ApiKey.user_id)
        .where(ApiKey.prefix == key.prefix, ApiKey.revoked_at.is_(None), in_force)
        .where(User.disabled_at.is_(None))
    )
    row = (await connection.execute(known)).first()
    if row is None:
        return None
    key_id, secret_hash, scopes, user_id, role, customer_id = row
    granted = {Permission(scope) for scope in scopes} & PERMISSIONS[role]
    actor = Actor(user_id, role, frozenset(granted | {Permission.PUBLIC}), customer_id, key_id)
    return actor, secret_hash
