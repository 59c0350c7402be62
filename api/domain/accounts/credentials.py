"""From a credential to an actor: what the database says of a session or a key at this moment."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from api.domain.accounts.models import ApiKey, Session, User
from api.domain.accounts.tokens import KeyText
from api.domain.actors import PERMISSIONS, Actor, Permission, SessionKind
from api.domain.fields import Id


async def actor_of_session(
    connection: AsyncConnection, session_id: Id
) -> tuple[Actor, SessionKind, bytes] | None:
    """The user of a session as an actor, and what its bearer holds, with the hash of the secret;
    None when it has ended, or its user is disabled.
    """
    known = (
        select(User.id, User.role, User.customer_id, Session.kind, Session.secret_hash)
        .join(Session, Session.user_id == User.id)
        .where(Session.id == session_id, Session.revoked_at.is_(None))
        .where(Session.expires_at > func.clock_timestamp())
        .where(Session.auth_version == User.auth_version, User.disabled_at.is_(None))
    )
    row = (await connection.execute(known)).first()
    if row is None:
        return None
    user_id, role, customer_id, kind, secret_hash = row
    actor = Actor(user_id, role, PERMISSIONS[role], customer_id, session_id=session_id)
    return actor, kind, secret_hash


async def actor_of_key(connection: AsyncConnection, key: KeyText) -> tuple[Actor, bytes] | None:
    """The key's owner with the key's scopes, and the hash of its secret; None when it is not in
    force.
    """
    in_force = ApiKey.expires_at.is_(None) | (ApiKey.expires_at > func.clock_timestamp())
    its = (ApiKey.id, ApiKey.secret_hash, ApiKey.scopes, ApiKey.stored_documents_only)
    known = (
        select(*its, User.id, User.role, User.customer_id)
        .join(User, User.id == ApiKey.user_id)
        .where(ApiKey.prefix == key.prefix, ApiKey.revoked_at.is_(None), in_force)
        .where(User.disabled_at.is_(None))
    )
    row = (await connection.execute(known)).first()
    if row is None:
        return None
    key_id, secret_hash, scopes, stored_only, user_id, role, customer_id = row
    granted = {Permission(scope) for scope in scopes} & PERMISSIONS[role] | {Permission.PUBLIC}
    actor = Actor(
        user_id,
        role,
        frozenset(granted),
        customer_id,
        api_key_id=key_id,
        stored_documents_only=stored_only,
    )
    return actor, secret_hash
