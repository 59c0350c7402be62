"""What users and their API keys may be filtered by: never a hash."""

from typing import Any

from sqlalchemy import ColumnElement

from api.domain.accounts.models import ApiKey, Session, User
from api.domain.actors import Permission
from api.domain.customers.selection import CUSTOMERS
from api.domain.filters.declaring import Column, Fields, Flag, columns, one, unindexed

_FEW_VALUES = "It has a handful of values."
_ONE_OWNER = "Everybody lists their own keys, which are few."


def _in_lower_case(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column  # as addresses are stored


USERS = Fields.of(
    "User",
    User,
    columns("id"),
    Column("email", key=_in_lower_case),
    columns("name", "customer_id", "created_at"),
    unindexed(_FEW_VALUES, "role"),
    Flag(
        "is_disabled",
        lambda it: it.disabled_at.is_not(None),
        "Whether all is refused.",
        _FEW_VALUES,
    ),
    one("customer", lambda: CUSTOMERS, "customer_id", needs=Permission.CUSTOMERS_READ),
)
API_KEYS = Fields.of(
    "ApiKey",
    ApiKey,
    columns("id", "prefix"),
    unindexed(_ONE_OWNER, "name", "created_at", "expires_at"),
    Flag("is_revoked", lambda it: it.revoked_at.is_not(None), "Whether it is refused.", _ONE_OWNER),
)
SESSIONS = Fields.of(
    "Session",
    Session,
    columns("id", "user_id", "created_at", "expires_at"),
    unindexed(_FEW_VALUES, "kind"),
)
