"""Signing in without a password, which takes a hash's time: for tests of all else."""

from api.domain.accounts import sessions, tokens
from api.domain.accounts.sessions import Begun
from api.domain.actors import Permission, SessionKind
from api.domain.fields import Id
from api.domain.operations import Key, Kind, Operation
from api.domain.scope import Scope


async def _begin(scope: Scope, user_id: Id) -> Begun:
    return await sessions.begin(scope, user_id, SessionKind.CLIENT)


_SIGN_IN = Operation[Id, Begun](
    "sign_in", Kind.COMMAND, Permission.PUBLIC, Key.REFUSED, False, _begin
)


async def session_of(scope: Scope, user_id: Id) -> Id:
    """A new session of a user."""
    begun = await scope.run(_SIGN_IN, user_id)
    return begun.text.session_id


async def bearer_of(scope: Scope, user_id: Id) -> str:
    """The `Authorization` of a user who has just signed in."""
    return f"Bearer {tokens.sign(scope.keyring, user_id, await session_of(scope, user_id))}"
