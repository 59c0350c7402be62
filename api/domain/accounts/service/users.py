"""Users, as administrators keep them."""

from collections.abc import Sequence

from api.domain.accounts import models, notes, reads, sessions
from api.domain.accounts.commands import CreateUser, UpdateUser
from api.domain.accounts.reads import User
from api.domain.accounts.rights import refuse_beyond
from api.domain.actors import PERMISSIONS, Permission, Role
from api.domain.asking import Which
from api.domain.errors import Conflict, ValidationFailed
from api.domain.fields import Id, UserId
from api.domain.operations import Key, Kind, operation
from api.domain.paging import Page, Window
from api.domain.scope import Scope
from api.domain.sqlstates import on_constraint, unique

unique("uq_users_email", "email", "Another user has this e-mail address.")
on_constraint(
    "fk_users_customer_id_customers",
    lambda: ValidationFailed.at(["customer_id"], "not_found", "There is no such customer."),
)


@operation(Kind.QUERY, Permission.USERS_READ, listing=reads.USERS)
async def list_users(scope: Scope, which: Which, window: Window) -> Page[User]:
    """Users, by e-mail address unless asked otherwise."""
    return await reads.USERS.page(scope, which, window)


@operation(Kind.QUERY, Permission.USERS_READ)
async def get_user(scope: Scope, user_id: UserId) -> User:
    """One user."""
    return await reads.user(scope, user_id)


@operation(Kind.BULK, Permission.USERS_READ)
async def users_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, User]:
    """Users for links."""
    return await reads.users_by_id(scope, ids)


@operation(Kind.COMMAND, Permission.USERS_WRITE, key=Key.REFUSED, late=True)
async def create_user(scope: Scope, command: CreateUser) -> User:
    """Give somebody a login, whose role may do no more than the caller."""
    refuse_beyond(scope, PERMISSIONS[command.role])
    _check_customer(command.role, command.customer_id)
    password_hash = await scope.surroundings.passwords.hashed(command.password.get_secret_value())
    await scope.hold()
    row = models.User(
        email=command.email,
        name=command.name,
        role=command.role,
        customer_id=command.customer_id,
        password_hash=password_hash,
    )
    scope.session.add(row)
    await scope.session.flush()
    return await reads.user(scope, row.id)


@operation(Kind.COMMAND, Permission.USERS_WRITE, versioned=True)
async def update_user(scope: Scope, user_id: UserId, command: UpdateUser) -> User:
    """Change what is named; a role is in force within STOCKROOM_CREDENTIAL_CACHE_SECONDS (5). Not
    one's own role, so that nobody locks the last door; no role, before or after, that may do more
    than the caller.
    """
    row = await scope.lock(models.User, user_id, "user")
    before = (row.role, row.customer_id)
    for name, value in command.model_dump().items():
        setattr(row, name, value)
    if row.role is not before[0] and user_id == scope.actor.user_id:
        raise Conflict("You cannot change your own role.")
    if (row.role, row.customer_id) != before:
        refuse_beyond(scope, PERMISSIONS[before[0]] | PERMISSIONS[row.role])
    _check_customer(row.role, row.customer_id)
    await scope.session.flush()
    notes.note(scope, "user changed", user=user_id, role=row.role)
    return await reads.user(scope, user_id)


@operation(Kind.COMMAND, Permission.USERS_WRITE)
async def disable_user(scope: Scope, user_id: UserId) -> User:
    """Refuse every credential of a user, within STOCKROOM_CREDENTIAL_CACHE_SECONDS (5); not one's
    own, so that nobody locks the last door. Their sessions end for good.
    """
    if user_id == scope.actor.user_id:
        raise Conflict("You cannot disable yourself.")
    row = await scope.lock(models.User, user_id, "user")
    if row.disabled_at is None:
        row.disabled_at = await scope.now()
    await sessions.end_all(scope, user_id)
    await scope.session.flush()
    return await reads.user(scope, user_id)


@operation(Kind.COMMAND, Permission.USERS_WRITE)
async def enable_user(scope: Scope, user_id: UserId) -> User:
    """Let a disabled user sign in again; their API keys count as before."""
    row = await scope.lock(models.User, user_id, "user")
    row.disabled_at = None
    await scope.session.flush()
    return await reads.user(scope, user_id)


def _check_customer(role: Role, customer_id: Id | None) -> None:
    if customer_id is not None and role is not Role.CUSTOMER:
        message = "Only a CUSTOMER belongs to a customer."
        raise ValidationFailed.at(["customer_id"], "contradiction", message)
