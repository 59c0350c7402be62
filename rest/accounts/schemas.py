"""The form of OAuth 2."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from api.domain.accounts.commands import IssueToken, RefreshToken
from api.domain.errors import Fault, ValidationFailed
from api.domain.fields import Name


class TokenForm(BaseModel):
    """The password form of OAuth 2 (RFC 6749, 4.3), or that of a refresh (6); what else clients
    send with it is ignored.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    grant_type: Literal["password", "refresh_token"] = "password"
    username: Annotated[str, Field(max_length=254, description="The e-mail address.")] = ""
    password: Annotated[SecretStr, Field(max_length=200)] = SecretStr("")
    refresh_token: Annotated[SecretStr, Field(max_length=200)] = SecretStr("")
    device: Annotated[Name | None, Field(description="What to call the session.")] = None

    @property
    def command(self) -> IssueToken | RefreshToken:
        """What the form asks for; raises ValidationFailed for what it lacks."""
        needed = _NEEDED[self.grant_type]
        faults = [
            Fault([name], "missing", "Field required")
            for name in needed
            if name not in self.model_fields_set
        ]
        if faults:
            raise ValidationFailed.of(faults)
        if self.grant_type == "refresh_token":
            return RefreshToken(refresh_token=self.refresh_token)
        return IssueToken(email=self.username, password=self.password, device=self.device)


_NEEDED = {"password": ("username", "password"), "refresh_token": ("refresh_token",)}
