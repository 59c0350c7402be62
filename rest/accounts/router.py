"""/v1/auth, /v1/me, /v1/sessions, /v1/users and /v1/api-keys."""

from typing import Annotated, Any

from fastapi import Form

from api.deps import cookies_of
from api.domain.accounts import service as accounts
from api.domain.accounts.commands import (
    ChangePassword,
    ConfirmEmail,
    CreateApiKey,
    CreateUser,
    LogIn,
    LogOut,
    RefreshToken,
    Register,
    RequestPasswordReset,
    ResetPassword,
    UpdateUser,
)
from api.domain.accounts.errors import InvalidCode
from api.domain.accounts.reads import (
    ApiKey,
    BrowserSession,
    CreatedApiKey,
    LoggedOut,
    Me,
    Notice,
    Session,
    Token,
    User,
)
from api.domain.errors import (
    Conflict,
    Duplicate,
    NotFound,
    PreconditionRequired,
    RateLimited,
    VersionConflict,
)
from api.domain.fields import ApiKeyId, SessionId, UserId
from rest.accounts.schemas import TokenForm
from rest.doors import ReaderDep, WriterDep
from rest.lists import lists
from rest.problems import refusals
from rest.routes import area

auth = area("", "accounts")
sessions = area("/sessions", "accounts")
users = area("/users", "accounts")
api_keys = area("/api-keys", "accounts")

COOKIES: dict[int | str, dict[str, Any]] = {
    200: {"headers": {"Set-Cookie": {"$ref": "#/components/headers/Set-Cookie"}}}
}
"""What OpenAPI says of those who set them."""


@auth.post("/auth/token", responses=refusals(RateLimited))
async def issue_token(writer: WriterDep, form: Annotated[TokenForm, Form()]) -> Token:
    """Trade an e-mail address (`username`) and a password for an access token and a refresh token
    (RFC 6749, 4.3); or, as `grant_type=refresh_token`, a refresh token for the next two.
    """
    writer.headers["Cache-Control"] = "no-store"
    if isinstance(command := form.command, RefreshToken):
        return await writer.run(accounts.refresh_token, command)
    return await writer.run(accounts.issue_token, command)


@auth.post("/auth/register", status_code=202, responses=refusals(RateLimited))
async def register(writer: WriterDep, command: Register) -> Notice:
    """Ask for an account; the letter that is then sent says how to go on. Nothing tells whether the
    address has one already.
    """
    return await writer.run(accounts.register, command)


@auth.post("/auth/confirm-email", responses=refusals(InvalidCode, Duplicate))
async def confirm_email(writer: WriterDep, command: ConfirmEmail) -> Notice:
    """Make the account that was registered for, by the code of the letter."""
    return await writer.run(accounts.confirm_email, command)


@auth.post("/auth/request-password-reset", status_code=202, responses=refusals(RateLimited))
async def request_password_reset(writer: WriterDep, command: RequestPasswordReset) -> Notice:
    """Have a link sent by which a new password is chosen. Nothing tells whether the address has an
    account.
    """
    return await writer.run(accounts.request_password_reset, command)


@auth.post("/auth/reset-password", responses=refusals(InvalidCode))
async def reset_password(writer: WriterDep, command: ResetPassword) -> Notice:
    """Choose a new password by the code of the letter."""
    return await writer.run(accounts.reset_password, command)


@auth.post("/me/change-password", responses=refusals(Conflict, RateLimited))
async def change_password(writer: WriterDep, command: ChangePassword) -> Notice:
    """Choose a new password, knowing the old one."""
    return await writer.run(accounts.change_password, command)


@auth.post("/auth/refresh", responses=refusals())
async def refresh_token(writer: WriterDep, command: RefreshToken) -> Token:
    """Trade a refresh token for the next two tokens; sent again long after it was used, it ends
    the session.
    """
    writer.headers["Cache-Control"] = "no-store"
    return await writer.run(accounts.refresh_token, command)


@auth.post("/auth/login", responses=refusals(RateLimited) | COOKIES)
async def log_in(writer: WriterDep, command: LogIn) -> BrowserSession:
    """Sign a browser in by a cookie; all but GETs then carry `csrf_token` as `X-CSRF-Token`."""
    writer.headers["Cache-Control"] = "no-store"
    made = await writer.run(accounts.log_in, command)
    writer.set_cookies(cookies_of(writer.request.scope).signing_in(made))
    return made


THIS_SESSION = LogOut()


@auth.post("/auth/logout", responses=refusals(Conflict) | COOKIES)
async def log_out(writer: WriterDep, command: LogOut = THIS_SESSION) -> LoggedOut:
    """End the session of these credentials, or all of the caller's, within five seconds."""
    done = await writer.run(accounts.log_out, command)
    writer.set_cookies(cookies_of(writer.request.scope).signing_out())
    return done


lists(sessions, accounts.list_sessions)


@sessions.post("/{session_id}/revoke", responses=refusals(NotFound))
async def revoke_session(writer: WriterDep, session_id: SessionId) -> Session:
    """End one of the caller's sessions, within five seconds everywhere."""
    return await writer.run(accounts.revoke_session, session_id)


@auth.get("/me", responses=refusals())
async def get_me(reader: ReaderDep) -> Me:
    """Who the caller is, and what these credentials allow."""
    return await reader.run(accounts.get_me)


lists(users, accounts.list_users)


@users.get("/{user_id}", responses=refusals(NotFound))
async def get_user(reader: ReaderDep, user_id: UserId) -> User:
    """One user."""
    return await reader.run(accounts.get_user, user_id)


@users.post("", status_code=201, responses=refusals(NotFound, Duplicate))
async def create_user(writer: WriterDep, command: CreateUser) -> User:
    """Give somebody a login."""
    return await writer.run(accounts.create_user, command)


@users.patch(
    "/{user_id}", responses=refusals(NotFound, Conflict, VersionConflict, PreconditionRequired)
)
async def update_user(writer: WriterDep, user_id: UserId, command: UpdateUser) -> User:
    """Change a name, a role or whose orders a customer sees."""
    return await writer.run(accounts.update_user, user_id, command)


@users.post("/{user_id}/disable", responses=refusals(NotFound, Conflict))
async def disable_user(writer: WriterDep, user_id: UserId) -> User:
    """Refuse every credential of a user, within five seconds everywhere."""
    return await writer.run(accounts.disable_user, user_id)


@users.post("/{user_id}/enable", responses=refusals(NotFound))
async def enable_user(writer: WriterDep, user_id: UserId) -> User:
    """Let a disabled user in again."""
    return await writer.run(accounts.enable_user, user_id)


lists(api_keys, accounts.list_api_keys)


@api_keys.post("", status_code=201, responses=refusals())
async def create_api_key(writer: WriterDep, command: CreateApiKey) -> CreatedApiKey:
    """Make a key that may do no more than the caller; its secret is shown this once."""
    writer.headers["Cache-Control"] = "no-store"
    return await writer.run(accounts.create_api_key, command)


@api_keys.post("/{api_key_id}/revoke", responses=refusals(NotFound))
async def revoke_api_key(writer: WriterDep, api_key_id: ApiKeyId) -> ApiKey:
    """Refuse one of the caller's keys, within five seconds everywhere."""
    return await writer.run(accounts.revoke_api_key, api_key_id)
