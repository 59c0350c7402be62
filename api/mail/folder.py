"""Letters as files, for a shop without a mail server; any mail program opens them."""

import asyncio
import os
import secrets
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path


class Folder:
    """Writes letters to a folder that only its owner reads: there are codes in them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def carry(self, message: EmailMessage) -> None:
        """Write one; it is there whole, or not at all."""
        await asyncio.to_thread(self._write, message.as_bytes())

    def _write(self, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{secrets.token_hex(4)}"
        unfinished = self._folder / f".{name}"
        file = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "wb") as opened:
            opened.write(content)
        unfinished.rename(self._folder / f"{name}.eml")
