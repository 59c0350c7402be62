"""Letters to people: what there is to say, which `api/mail` puts into words and sends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Occasion(StrEnum):
    """Why somebody is written to; a template is named after each."""

    CONFIRM_EMAIL = "confirm_email"
    ALREADY_REGISTERED = "already_registered"
    WELCOME = "welcome"
    RESET_PASSWORD = "reset_password"  # noqa: S105  # no password
    NO_ACCOUNT = "no_account"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  # no password


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter; `code` is for its reader's eyes alone, and in no log."""

    occasion: Occasion
    to: str
    words: Mapping[str, str] = field(default_factory=dict, repr=False)
    code: str | None = field(default=None, repr=False)
