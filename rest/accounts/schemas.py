"""The query strings of accounts' lists, and the form of OAuth 2."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from api.domain.accounts.commands import ApiKeyFilter, UserFilter
from rest.paging import ListQuery


class UserQuery(ListQuery, UserFilter):
    """Filter, order and window of users."""


class ApiKeyQuery(ListQuery, ApiKeyFilter):
    """Filter, order and window of API keys."""


class TokenForm(BaseModel):
    """The password form of OAuth 2 (RFC 6749, 4.3); what else clients send with it is ignored."""

    model_config = ConfigDict(hide_input_in_errors=True)

    username: Annotated[str, Field(max_length=254, description="The e-mail address.")]
    password: Annotated[SecretStr, Field(max_length=200)]
    grant_type: Literal["password"] = "password"
