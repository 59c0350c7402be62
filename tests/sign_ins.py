"""Signing in without a password, which takes a hash's time: for tests of all else."""

from api.domain.accounts import service as accounts
from api.domain.accounts import sessions, tokens
from api.domain.accounts.sessions import Begun
from api.domain.actors import Permission, SessionKind
from api.domain.fields import Id
from api.domain.operations import Key, Kind, Operation
from api.domain.paging import Window
from api.domain.scope import Scope
from tests.factories import which


async def _begin(scope: Scope, user_id: Id) -> Begun:
    return await sessions.begin(scope, user_id, SessionKind.CLIENT)


_SIGN_IN = Operation[Id, Begun](
    "sign_in", Kind.COMMAND, Permission.PUBLIC, Key.REFUSED, False, _begin
)

_END_ALL = Operation[Id, None](
    "end_all", Kind.COMMAND, Permission.PUBLIC, Key.REFUSED, False, sessions.end_all
)


async def session_of(scope: Scope, user_id: Id) -> Id:
    """A new session of a user."""
    begun = await scope.run(_SIGN_IN, user_id)
    return begun.text.session_id


async def refresh_token_of(scope: Scope, user_id: Id) -> str:
    """What a client holds of a new session of a user."""
    return str((await scope.run(_SIGN_IN, user_id)).text)


async def bearer_of(scope: Scope, user_id: Id) -> str:
    """The `Authorization` of a user who has just signed in."""
    return f"Bearer {tokens.sign(scope.keyring, user_id, await session_of(scope, user_id))}"


async def end_all_sessions(scope: Scope, email: str) -> None:
    """Log a user out everywhere."""
    filter = which(accounts.list_users, q=email)
    [user] = (await scope.run(accounts.list_users, filter, Window())).rows
    await scope.run(_END_ALL, user.id)
