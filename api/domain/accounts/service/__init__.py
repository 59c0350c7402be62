"""What accounts can do."""

from api.domain.accounts.service.administering import list_all_sessions, log_out_user
from api.domain.accounts.service.api_keys import create_api_key, list_api_keys, revoke_api_key
from api.domain.accounts.service.passwords import (
    change_password,
    request_password_reset,
    reset_password,
)
from api.domain.accounts.service.registering import confirm_email, register
from api.domain.accounts.service.sessions import (
    list_sessions,
    log_out,
    refresh_token,
    revoke_session,
)
from api.domain.accounts.service.sign_in import get_me, issue_token, log_in
from api.domain.accounts.service.users import (
    create_user,
    disable_user,
    enable_user,
    get_user,
    list_users,
    update_user,
    users_by_id,
)

__all__ = [
    "change_password",
    "confirm_email",
    "create_api_key",
    "create_user",
    "disable_user",
    "enable_user",
    "get_me",
    "get_user",
    "issue_token",
    "list_all_sessions",
    "list_api_keys",
    "list_sessions",
    "list_users",
    "log_in",
    "log_out",
    "log_out_user",
    "refresh_token",
    "register",
    "request_password_reset",
    "reset_password",
    "revoke_api_key",
    "revoke_session",
    "update_user",
    "users_by_id",
]
