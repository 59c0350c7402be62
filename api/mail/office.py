"""Sends letters: tries again when that may help, and never lets a request feel that it failed."""

import asyncio
from collections.abc import Sequence
from email.message import EmailMessage
from typing import TYPE_CHECKING, Protocol

import structlog

from api.domain.letters import Letter
from api.mail.folder import Folder

if TYPE_CHECKING:
    from api.settings import Settings

RETRIES = (1.0, 5.0, 25.0)
"""Seconds between one try and the next."""
log = structlog.get_logger("mail")


class Refused(Exception):
    """A letter that will be refused however often it is sent."""


class Transport(Protocol):
    """Takes letters to where they are read."""

    async def carry(self, message: EmailMessage) -> None:
        """Take one; raises Refused when trying again is no use, and OSError when it may be."""


class PostOffice:
    """Puts letters into words, from one sender, and gives them to a transport."""

    def __init__(
        self,
        transport: Transport,
        sender: str,
        address: str,
        retries: Sequence[float] = RETRIES,
    ) -> None:
        self._transport, self._retries = transport, retries
        self._sender, self._address = sender, address

    @classmethod
    def of(cls, settings: "Settings") -> "PostOffice":
        """The post office that the settings name; no connection is made yet."""
        transport: Transport = Folder(settings.data_dir / "mail")
        if settings.smtp_url is not None:
            from api.mail.smtp import Smtp

            transport = Smtp(settings.smtp_url.get_secret_value())
        return cls(transport, settings.mail_from, settings.address)

    async def send(self, letter: Letter) -> None:
        """Send a letter, as well as that can be done; never raises."""
        told = log.bind(occasion=letter.occasion)
        try:
            from api.mail.rendering import written

            message = written(letter, self._sender, self._address)
            tries = await self._carried(message)
        except Exception as fault:  # its text may quote the letter, or the server's address
            told.error("letter not sent", reason=type(fault).__name__)
        else:
            told.info("letter sent", tries=tries)

    async def _carried(self, message: EmailMessage) -> int:
        """How many tries it took."""
        for tries, wait in enumerate((*self._retries, None), start=1):
            try:
                await self._transport.carry(message)
            except OSError:
                if wait is None:
                    raise
                await asyncio.sleep(wait)
            else:
                return tries
        raise AssertionError("unreachable")
