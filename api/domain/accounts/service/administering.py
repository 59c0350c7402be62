"""Sessions, as administrators see and end them."""

from dataclasses import replace

from api.domain.accounts import reads, sessions
from api.domain.accounts.reads import LoggedOut, Session
from api.domain.actors import Permission
from api.domain.asking import Which
from api.domain.fields import UserId
from api.domain.operations import Kind, operation
from api.domain.paging import Page, Window
from api.domain.scope import Scope


@operation(Kind.QUERY, Permission.ADMINISTER, listing=reads.SESSIONS)
async def list_all_sessions(scope: Scope, which: Which, window: Window) -> Page[Session]:
    """Everybody's sessions that are open, newest first unless asked otherwise."""
    everybodys = replace(which, seal="of everybody")  # cursors are good for one list alone
    return await reads.SESSIONS.page(scope, everybodys, window, rule=reads.open_sessions())


@operation(Kind.COMMAND, Permission.ADMINISTER)
async def log_out_user(scope: Scope, user_id: UserId) -> LoggedOut:
    """End every session of a user, within five seconds everywhere; their API keys stay."""
    await reads.user(scope, user_id)
    await sessions.end_all(scope, user_id)
    return LoggedOut(user_id, True)
