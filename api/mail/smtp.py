"""Letters by SMTP: a connection each, a few at a time, encrypted where the address says so."""

import asyncio
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib

from api.mail.office import Refused

AT_ONCE = 4
SECONDS = 20.0
"""For each step; a server that takes longer is tried again."""


class Smtp:
    """A mail server, by its address: `smtp://user:password@host:587?starttls`, or `smtps://`."""

    def __init__(self, url: str, seconds: float = SECONDS) -> None:
        parts = urlsplit(url)
        encrypted = parts.scheme == "smtps"
        self._host, self._seconds = parts.hostname or "", seconds
        self._port = parts.port or (465 if encrypted else 25)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._encrypted, self._upgraded = encrypted, parts.query == "starttls"
        self._places = asyncio.Semaphore(AT_ONCE)

    async def carry(self, message: EmailMessage) -> None:
        """Hand one over; raises Refused when the server will never take it."""
        encrypts = self._encrypted or self._upgraded
        async with self._places:
            try:
                await aiosmtplib.send(
                    message,
                    hostname=self._host,
                    port=self._port,
                    username=self._user,
                    password=self._password,
                    use_tls=self._encrypted,
                    start_tls=self._upgraded,
                    timeout=self._seconds,
                    tls_context=ssl.create_default_context() if encrypts else None,
                )
            except aiosmtplib.SMTPException as error:
                if _for_good(error):
                    raise Refused(type(error).__name__) from None
                raise OSError(type(error).__name__) from None


def _for_good(error: aiosmtplib.SMTPException) -> bool:
    """Whether the same letter would be refused again: by a code of the 500s (RFC 5321, 4.2.1), or
    for want of what we insist on.
    """
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        return True
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return all(refused.code >= 500 for refused in error.recipients)
    return isinstance(error, aiosmtplib.SMTPResponseException) and error.code >= 500
