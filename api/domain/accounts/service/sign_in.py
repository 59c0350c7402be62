"""Coming in: an access token for a password, and who one then is."""

from sqlalchemy import bindparam, select, update

from api.domain.accounts import models, passwords, reads, tokens
from api.domain.accounts.commands import IssueToken
from api.domain.accounts.reads import Me, Token
from api.domain.actors import Permission
from api.domain.conditions import parameter
from api.domain.errors import Unauthenticated
from api.domain.operations import Key, Kind, operation
from api.domain.scope import Scope
from api.domain.statements import Statement

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
