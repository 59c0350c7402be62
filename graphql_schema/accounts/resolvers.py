"""The accounts' root fields."""

import strawberry

from api.deps import cookies_of
from api.domain.accounts import service as accounts
from graphql_schema.accounts.types import (
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
from graphql_schema.commands import mutation, query
from graphql_schema.paging import connection


@strawberry.type
class AccountQueries:
    me = query(accounts.get_me, Me)
    user = query(accounts.get_user, User)
    users = connection(accounts.list_users, User)
    sessions = connection(accounts.list_sessions, Session)
    api_keys = connection(accounts.list_api_keys, ApiKey)


@strawberry.type
class AccountMutations:
    issue_token = mutation(accounts.issue_token, Token)
    register = mutation(accounts.register, Notice)
    confirm_email = mutation(accounts.confirm_email, Notice)
    request_password_reset = mutation(accounts.request_password_reset, Notice)
    reset_password = mutation(accounts.reset_password, Notice)
    change_password = mutation(accounts.change_password, Notice)
    refresh_token = mutation(accounts.refresh_token, Token)
    log_in = mutation(
        accounts.log_in,
        BrowserSession,
        cookies=lambda asgi, made: cookies_of(asgi).signing_in(made),
    )
    log_out = mutation(
        accounts.log_out, LoggedOut, cookies=lambda asgi, _: cookies_of(asgi).signing_out()
    )
    revoke_session = mutation(accounts.revoke_session, Session)
    create_user = mutation(accounts.create_user, User)
    update_user = mutation(accounts.update_user, User)
    disable_user = mutation(accounts.disable_user, User)
    enable_user = mutation(accounts.enable_user, User)
    create_api_key = mutation(accounts.create_api_key, CreatedApiKey)
    revoke_api_key = mutation(accounts.revoke_api_key, ApiKey)
