"""Coming in: tokens or a cookie for a password, and who one then is."""

from sqlalchemy import bindparam, select, update

from api.domain.accounts import models, reads, sessions, throttling, tokens
from api.domain.accounts.commands import IssueToken, LogIn
from api.domain.accounts.reads import BrowserSession, Me, Token
from api.domain.actors import Permission, SessionKind
from api.domain.conditions import parameter
from api.domain.errors import Unauthenticated
from api.domain.fields import Id
from api.domain.operations import Key, Kind, operation
from api.domain.scope import Scope
from api.domain.statements import Statement

_WRONG = "The e-mail address or the password is wrong."
_U = models.User
_CREDENTIALS = Statement(
    select(_U.id, _U.password_hash, _U.disabled_at).where(_U.email == parameter("email", _U.email))
)
_STILL = Statement(
    select(_U.id)
    .where(
        _U.id == parameter("user_id", _U.id),
        _U.password_hash == parameter("password_hash", _U.password_hash),
    )
    .with_for_update(read=True)
)
_REHASHED = Statement(
    update(models.User)
    .where(models.User.id == parameter("user_id", models.User.id))
    .values(password_hash=bindparam("better"))
)


@operation(Kind.COMMAND, Permission.PUBLIC, key=Key.REFUSED, late=True)
async def issue_token(scope: Scope, command: IssueToken) -> Token:
    """Trade an e-mail address and a password for an access token and a refresh token; equally slow
    and silent about unknown users.
    """
    user_id = await _proven(scope, command)
    begun = await sessions.begin(scope, user_id, SessionKind.CLIENT, command.device)
    return sessions.token_of(scope, user_id, begun.text)


@operation(Kind.COMMAND, Permission.PUBLIC, key=Key.REFUSED, late=True)
async def log_in(scope: Scope, command: LogIn) -> BrowserSession:
    """Sign a browser in: the answer sets a cookie that its scripts cannot read. All but GETs then
    carry `csrf_token` in the header `X-CSRF-Token`.
    """
    user_id = await _proven(scope, command)
    begun = await sessions.begin(scope, user_id, SessionKind.BROWSER, command.device)
    user = await reads.user(scope, user_id)
    mark = tokens.form_mark(scope.keyring, begun.text.session_id)
    made = BrowserSession(user, mark, begun.expires_at)
    made.cookie = str(begun.text)
    return made


@operation(Kind.QUERY, Permission.PROFILE_READ)
async def get_me(scope: Scope) -> Me:
    """Who the caller is, and what these credentials allow."""
    if scope.actor.user_id is None:
        raise Unauthenticated("Sign in first: send a bearer token or an API key.")
    user = await reads.user(scope, scope.actor.user_id)
    return Me(user, sorted(scope.actor.permissions))


async def _proven(scope: Scope, command: LogIn) -> Id:
    """The user of an e-mail address and a password; every try is counted before it is hashed."""
    email = command.email.strip().lower()
    await throttling.count(scope, "sign-in", scope.surroundings.sign_in, email)
    found = await scope.read(_CREDENTIALS, {"email": email})
    row = found[0] if found else None
    password_hash = row["password_hash"] if row else None
    await scope.let_go()  # no connection is held while the password is hashed
    good, better = await scope.surroundings.passwords.verified(
        command.password.get_secret_value(), password_hash
    )
    if row is None or not good or row["disabled_at"] is not None:
        raise Unauthenticated(_WRONG)
    user_id = Id(f"user_{row['id'].hex}")
    if not await scope.read(_STILL, {"user_id": user_id, "password_hash": password_hash}):
        raise Unauthenticated(_WRONG)  # changed while we hashed: no session may outlive that
    if better:
        await scope.write(_REHASHED, {"user_id": user_id, "better": better})
    return user_id
