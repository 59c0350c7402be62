"""A mail server, real, on this machine, whose postmaster may be in a bad mood."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

USER, PASSWORD = "shop@example.com", "p@ss/word:with?signs"


@dataclass
class MailServer:
    """What it took in, and what it says instead of taking in."""

    port: int = 0
    moods: list[str] = field(default_factory=list)
    """What it says to the next letters, in turn."""
    delay: float = 0.0
    connections: int = 0
    logins: list[tuple[str, str]] = field(default_factory=list)
    taken: list[EmailMessage] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:
        await asyncio.sleep(self.delay)
        self.connections += 1
        if self.moods:
            return self.moods.pop(0)
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        self.readers += envelope.rcpt_tos
        self.encrypted.append(session.ssl is not None)
        return "250 OK"

    def authenticate(
        self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: LoginPassword
    ) -> AuthResult:
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=self.logins[-1] == (USER, PASSWORD))

    async def letters(self, count: int = 1) -> list[EmailMessage]:
        """What was taken in, once there is so much of it."""
        for _ in range(300):
            if len(self.taken) >= count:
                return self.taken
            await asyncio.sleep(0.02)
        raise AssertionError(f"{len(self.taken)} letters came, not {count}")


Serve = Callable[..., Any]


@pytest.fixture
def mail_server() -> Serve:
    """Starts one: `async with mail_server() as server`."""

    @asynccontextmanager
    async def serve(**options: Any) -> AsyncIterator[MailServer]:
        server = MailServer()
        if "tls_context" in options:
            options |= {"require_starttls": True, "auth_required": True}
            options["authenticator"] = server.authenticate
        loop = asyncio.get_running_loop()
        listening = await loop.create_server(
            lambda: SMTP(server, enable_SMTPUTF8=True, loop=loop, **options), "127.0.0.1", 0
        )
        server.port = listening.sockets[0].getsockname()[1]
        async with listening:
            yield server

    return serve


@dataclass(frozen=True)
class Certificate:
    """Signed by nobody but itself."""

    file: Path
    key: Path

    @property
    def context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.file, self.key)
        return context


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    openssl = which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("certificate")
    made = Certificate(folder / "mail.pem", folder / "mail.key")
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-keyout", str(made.key), "-out", str(made.file), "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run(command, check=True, capture_output=True)
    return made
