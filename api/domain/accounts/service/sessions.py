"""Staying signed in, and signing out."""

from api.domain.accounts import reads, sessions
from api.domain.accounts.commands import LogOut, RefreshToken
from api.domain.accounts.reads import LoggedOut, Session, Token
from api.domain.accounts.tokens import SessionText
from api.domain.actors import Permission
from api.domain.asking import Which
from api.domain.errors import Conflict, Unauthenticated
from api.domain.fields import Id, SessionId
from api.domain.operations import Key, Kind, operation
from api.domain.paging import Page, Window
from api.domain.scope import Scope


@operation(Kind.COMMAND, Permission.PUBLIC, key=Key.REFUSED, tried=False)
async def refresh_token(scope: Scope, command: RefreshToken) -> Token:
    """Trade a refresh token for the next two tokens. Who lost the answer may send it again for
    STOCKROOM_REFRESH_GRACE_SECONDS (20) and gets the same one; sent later, it ends the session.
    """
    sent = SessionText.read(scope.keyring, command.refresh_token.get_secret_value())
    followed = await sessions.follow(scope, sent)
    return sessions.token_of(scope, followed.user_id, followed.text)


@operation(Kind.COMMAND, Permission.SESSIONS_MANAGE)
async def log_out(scope: Scope, command: LogOut) -> LoggedOut:
    """End the session of these credentials, or all of the caller's, wherever they are; API keys
    stay. A browser's cookie is taken back.
    """
    actor = scope.actor
    if command.everywhere:
        await sessions.end_all(scope, _somebody(scope))
    elif actor.session_id is not None:
        await sessions.end(scope, actor.session_id)
    else:
        raise Conflict("These credentials have no session; to end an API key, revoke it.")
    return LoggedOut(_somebody(scope), command.everywhere)


@operation(Kind.QUERY, Permission.SESSIONS_MANAGE, listing=reads.SESSIONS)
async def list_sessions(scope: Scope, which: Which, window: Window) -> Page[Session]:
    """The caller's own sessions that are open, newest first unless asked otherwise."""
    rule = reads.own_open_sessions(scope.actor.user_id)
    return await reads.SESSIONS.page(scope, which, window, rule=rule)


@operation(Kind.COMMAND, Permission.SESSIONS_MANAGE)
async def revoke_session(scope: Scope, session_id: SessionId) -> Session:
    """End one of the caller's own sessions, within five seconds everywhere."""
    await reads.session(scope, scope.actor.user_id, session_id)
    await sessions.end(scope, session_id)
    return await reads.session(scope, scope.actor.user_id, session_id)


def _somebody(scope: Scope) -> Id:
    if scope.actor.user_id is None:
        raise Unauthenticated("Nobody is signed in.")
    return scope.actor.user_id
