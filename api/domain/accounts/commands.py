"""What may be asked of accounts."""

from typing import Annotated

from pydantic import MISSING, AfterValidator, Field, SecretStr, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from api.domain.actors import Permission, Role
from api.domain.fields import (
    LAX,
    CustomerId,
    Email,
    Instant,
    Name,
    Strict,
)


def _known(name: str) -> str:
    if name not in set(Permission):
        raise PydanticCustomError("unknown_scope", "There is no such scope.")
    return name


ScopeName = Annotated[
    str,
    StringConstraints(strict=True, max_length=40),
    AfterValidator(_known),
    WithJsonSchema({"type": "string", "enum": list(Permission)}),
]


Password = Annotated[SecretStr, Field(max_length=200)]
NewPassword = Annotated[SecretStr, Field(min_length=10, max_length=200)]
CodeText = Annotated[SecretStr, Field(max_length=100, description="From the link in the letter.")]


class LogIn(Strict):
    """An e-mail address and its password."""

    email: Annotated[str, StringConstraints(strict=True, max_length=254)]
    password: Password
    device: Name | None = Field(None, description="What to call this session among one's own.")


class IssueToken(LogIn):
    """An e-mail address and its password."""


class RefreshToken(Strict):
    """The refresh token of the last answer."""

    refresh_token: Annotated[SecretStr, Field(max_length=200)]


class LogOut(Strict):
    """This session, or all of them."""

    everywhere: bool = Field(False, description="End every session of the caller's.")


class CreateUser(Strict):
    """A new user with a first password."""

    email: Email
    name: Name
    role: Annotated[Role, LAX]
    password: NewPassword
    customer_id: CustomerId | None = Field(
        None, description="Whose orders a CUSTOMER sees and places."
    )


class UpdateUser(Strict):
    """What is to change; what is not named stays as it is."""

    name: Name | MISSING = MISSING
    role: Annotated[Role, LAX] | MISSING = MISSING
    customer_id: CustomerId | None | MISSING = MISSING


class Register(Strict):
    """Who wants an account, and the password to sign in with."""

    email: Email
    name: Name
    password: NewPassword


class ConfirmEmail(Strict):
    """The code that proves an address."""

    code: CodeText


class RequestPasswordReset(Strict):
    """Whose password is forgotten."""

    email: Email


class ResetPassword(Strict):
    """The code of the letter, and the password from now on."""

    code: CodeText
    password: NewPassword


class ChangePassword(Strict):
    """The password up to now, and the one from now on."""

    password: Password
    new_password: NewPassword


class CreateApiKey(Strict):
    """A new key of one's own; its scopes are a part of what its owner may do."""

    name: Name
    scopes: Annotated[list[ScopeName], Field(min_length=1, max_length=40)]
    expires_at: Instant | None = None
    stored_documents_only: bool = Field(
        False, description="Over GraphQL execute for it only documents that were stored before."
    )
