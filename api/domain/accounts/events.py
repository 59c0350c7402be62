"""What accounts announce."""

from dataclasses import dataclass

from api.domain.events import Event
from api.domain.fields import Id


@dataclass(frozen=True, slots=True)
class UserRegistered(Event):
    """Somebody confirmed the address that they registered with, and may now sign in."""

    name = "user.registered"
    customer_id: Id


@dataclass(frozen=True, slots=True)
class PasswordChanged(Event):
    """A user has a new password, and no session of before."""

    name = "user.password_changed"


@dataclass(frozen=True, slots=True)
class SessionReused(Event):
    """A refresh token was sent again long after it was used: two hold it, so the session ended."""

    name = "session.reused"
    user_id: Id
