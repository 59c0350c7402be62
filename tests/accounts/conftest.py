"""Strangers, and their letters."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.conftest import DATA
from tests.faces import Face
from tests.factories import unique
from tests.letters import Mailbox

PASSWORD = "correct horse battery"


@dataclass
class Stranger:
    """Somebody at a door of the shop who has an address, and no account yet."""

    face: Face
    email: str
    mailbox: Mailbox
    password: str = PASSWORD

    async def register(self, **other: str) -> str:
        """What the shop answers."""
        sent = {"email": self.email, "name": "Ada Lovelace", "password": self.password} | other
        answer = await self.face.call("register", **sent)
        return str(answer["message"])

    async def settle(self) -> "Stranger":
        """Registered and confirmed."""
        await self.register()
        await self.face.call("confirm_email", code=await self.mailbox.code())
        return self

    async def sign_in(self, password: str | None = None) -> Face:
        """The same door for who they are then."""
        sent = {"email": self.email, "password": password or self.password}
        token = await self.face.call("issue_token", **sent)
        return self.face.signed_in(f"Bearer {token['access_token']}")


@pytest.fixture
def stranger(face: Face) -> Stranger:
    """Somebody new."""
    email = f"{unique('stranger')}@example.com"
    return Stranger(face.signed_in(None), email, Mailbox(DATA, email))


@pytest.fixture
def strangers(face: Face) -> Callable[[], Stranger]:
    """Makes somebody new."""

    def make() -> Stranger:
        email = f"{unique('stranger')}@example.com"
        return Stranger(face.signed_in(None), email, Mailbox(DATA, email))

    return make
