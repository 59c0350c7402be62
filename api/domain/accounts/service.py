"""What accounts can do."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import bindparam, select, update

from api.domain.accounts import models, passwords, reads, tokens
from api.domain.accounts.commands import (
    ApiKeyFilter,
    CreateApiKey,
    CreateUser,
    IssueToken,
    UserFilter,
)
from api.domain.accounts.reads import ApiKey, CreatedApiKey, Me, Token, User
from api.domain.actors import Permission, Role
from api.domain.conditions import chosen, parameter
from api.domain.errors import Conflict, Forbidden, Unauthenticated, ValidationFailed
from api.domain.fields import ApiKeyId, Id, UserId
from api.domain.operations import Key, Kind, operation
from api.domain.paging import Page, Window
from api.domain.scope import Scope
from api.domain.sqlstates import on_constraint, unique
from api.domain.statements import Statement

unique("uq_users_email", "email", "Another user has this e-mail address.")
on_constraint(
    "fk_users_customer_id_customers",
    lambda: ValidationFailed.at(["customer_id"], "not_found", "There is no such customer."),
)
_REHASHED = Statement(
    update(models.User)
    .where(models.User.id == parameter("user_id", models.User.id))
    .values(password_hash=bindparam("better"))
)


@operation(Kind.COMMAND, Permission.PUBLIC, key=Key.REFUSED)
async def issue_token(scope: Scope, command: IssueToken) -> Token:
    """Trade an e-mail address and a password for an access token; equally slow and silent about
    unknown users.
    """
    user = models.User
    email = command.email.strip().lower()
    found = await scope.fetch(
        select(user.id, user.password_hash, user.disabled_at).where(user.email == email)
    )
    row = found[0] if found else None
    await scope.let_go()  # no connection is held while the password is hashed
    good, better = await passwords.verified(
        command.password.get_secret_value(), row.password_hash if row else None
    )
    if row is None or not good or row.disabled_at is not None:
        raise Unauthenticated("The e-mail address or the password is wrong.")
    if better:
        await scope.write(_REHASHED, {"user_id": row.id, "better": better})
    return Token(tokens.sign(scope.keyring, row.id), "bearer", scope.keyring.token_seconds)


@operation(Kind.QUERY, Permission.PROFILE_READ)
async def get_me(scope: Scope) -> Me:
    """Who the caller is, and what these credentials allow."""
    if scope.actor.user_id is None:
        raise Unauthenticated("Sign in first: send a bearer token or an API key.")
    user = await reads.user(scope, scope.actor.user_id)
    return Me(user, sorted(scope.actor.permissions))


@operation(Kind.QUERY, Permission.USERS_READ)
async def list_users(scope: Scope, filter: UserFilter, window: Window) -> Page[User]:
    """Users, by e-mail address unless asked otherwise."""
    return await reads.USERS.page(scope, chosen(filter, reads.WHICH_USERS), window)


@operation(Kind.QUERY, Permission.USERS_READ)
async def get_user(scope: Scope, user_id: UserId) -> User:
    """One user."""
    return await reads.user(scope, user_id)


@operation(Kind.BULK, Permission.USERS_READ)
async def users_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, User]:
    """Users for links."""
    return await reads.users_by_id(scope, ids)


@operation(Kind.COMMAND, Permission.USERS_WRITE, key=Key.REFUSED)
async def create_user(scope: Scope, command: CreateUser) -> User:
    """Give somebody a login."""
    if command.customer_id is not None and command.role is not Role.CUSTOMER:
        message = "Only a CUSTOMER belongs to a customer."
        raise ValidationFailed.at(["customer_id"], "contradiction", message)
    row = models.User(
        email=command.email,
        name=command.name,
        role=command.role,
        customer_id=command.customer_id,
        password_hash=await passwords.hashed(command.password.get_secret_value()),
    )
    scope.session.add(row)
    await scope.session.flush()
    return await reads.user(scope, row.id)


@operation(Kind.COMMAND, Permission.USERS_WRITE)
async def disable_user(scope: Scope, user_id: UserId) -> User:
    """Refuse every credential of a user, within STOCKROOM_CREDENTIAL_CACHE_SECONDS (5); not one's
    own, so that nobody locks the last door.
    """
    if user_id == scope.actor.user_id:
        raise Conflict("You cannot disable yourself.")
    row = await scope.lock(models.User, user_id, "user")
    if row.disabled_at is None:
        row.disabled_at = await scope.now()
    await scope.session.flush()
    return await reads.user(scope, user_id)


@operation(Kind.COMMAND, Permission.USERS_WRITE)
async def enable_user(scope: Scope, user_id: UserId) -> User:
    """Let a disabled user in again."""
    row = await scope.lock(models.User, user_id, "user")
    row.disabled_at = None
    await scope.session.flush()
    return await reads.user(scope, user_id)


@operation(Kind.QUERY, Permission.KEYS_MANAGE)
async def list_api_keys(scope: Scope, filter: ApiKeyFilter, window: Window) -> Page[ApiKey]:
    """The caller's own keys, newest first unless asked otherwise."""
    where = reads.which_api_keys(scope.actor.user_id, filter)
    return await reads.API_KEYS.page(scope, where, window)


@operation(Kind.COMMAND, Permission.KEYS_MANAGE, key=Key.REFUSED)
async def create_api_key(scope: Scope, command: CreateApiKey) -> CreatedApiKey:
    """Make a key that may do no more than the caller; the secret is in this answer and nowhere
    else.
    """
    beyond = sorted(set(command.scopes) - set(scope.actor.permissions))
    if beyond:
        raise Forbidden(
            f"You may not give away what you may not do: {', '.join(beyond)}.", beyond[0]
        )
    text = tokens.KeyText.new()
    row = models.ApiKey(
        user_id=cast("Id", scope.actor.user_id),
        name=command.name,
        prefix=text.prefix,
        secret_hash=text.secret_hash,
        scopes=sorted(set(command.scopes)),
        expires_at=command.expires_at,
    )
    scope.session.add(row)
    await scope.session.flush()
    return CreatedApiKey(await reads.api_key(scope, scope.actor.user_id, row.id), str(text))


@operation(Kind.COMMAND, Permission.KEYS_MANAGE)
async def revoke_api_key(scope: Scope, api_key_id: ApiKeyId) -> ApiKey:
    """Refuse one of the caller's keys, within STOCKROOM_CREDENTIAL_CACHE_SECONDS (5)."""
    await reads.api_key(scope, scope.actor.user_id, api_key_id)
    row = await scope.lock(models.ApiKey, api_key_id, "API key")
    if row.revoked_at is None:
        row.revoked_at = await scope.now()
    await scope.session.flush()
    return await reads.api_key(scope, scope.actor.user_id, api_key_id)
