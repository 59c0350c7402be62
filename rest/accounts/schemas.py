"""The query strings of accounts' lists."""

from api.domain.accounts.commands import ApiKeyFilter, UserFilter
from rest.paging import ListQuery


class UserQuery(ListQuery, UserFilter):
    """Filter, order and window of users."""


class ApiKeyQuery(ListQuery, ApiKeyFilter):
    """Filter, order and window of API keys."""
