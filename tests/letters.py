"""The letters that a shop without a mail server writes: as their readers get them."""

import asyncio
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

CODE = re.compile(r"#code=([\w-]{43})\s")


@dataclass(frozen=True)
class Mailbox:
    """Everything that is sent to one address."""

    folder: Path
    address: str

    async def letters(self, count: int = 1) -> list[EmailMessage]:
        """The letters, oldest first, once there are so many: they are sent after the answer."""
        found: list[EmailMessage] = []
        for _ in range(200):
            files = sorted((self.folder / "mail").glob("*.eml"))
            sent = [data for file in files if self.address.encode() in (data := file.read_bytes())]
            read = [message_from_bytes(data, policy=policy.default) for data in sent]
            found = [letter for letter in read if letter["To"] == self.address]
            if len(found) >= count:
                return found
            await asyncio.sleep(0.02)
        raise AssertionError([str(letter["Subject"]) for letter in found])

    async def code(self, count: int = 1) -> str:
        """The code in the newest of so many letters."""
        return code_in((await self.letters(count))[-1])

    async def subjects(self, count: int = 1) -> list[str]:
        """What each letter is about."""
        return [str(letter["Subject"]) for letter in await self.letters(count)]


def text_of(letter: EmailMessage, kind: str = "plain") -> str:
    """What a letter says."""
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def code_in(letter: EmailMessage) -> str:
    """The code of the link in a letter."""
    [code] = CODE.findall(text_of(letter))
    return str(code)
