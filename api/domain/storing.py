"""Where files are kept: what the domain needs of it."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Protocol

from api.domain.errors import Unavailable


class Files(Protocol):
    """A place for files, each under a key that we made; raises Unavailable while it is away."""

    async def put(self, key: str, content: bytes) -> None:
        """Keep a file, whole or not at all."""

    async def read(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """These bytes of a file, in pieces; raises NotFound before the first when there is none."""

    async def remove(self, keys: list[str]) -> None:
        """Keep these no longer; those that are not there already are gone."""

    def listed(self) -> AsyncIterator[list[tuple[str, datetime]]]:
        """The keys of all files and when each was put there, some hundreds at a time."""

    async def reach(self) -> None:
        """Raise Unavailable unless the place answers."""


class Nowhere:
    """The place of who was given none."""

    async def put(self, key: str, content: bytes) -> None:
        """Refuse."""
        raise Unavailable("There is no place for files here.")

    async def read(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """Refuse."""
        raise Unavailable("There is no place for files here.")

    async def remove(self, keys: list[str]) -> None:
        """There is nothing."""

    async def listed(self) -> AsyncIterator[list[tuple[str, datetime]]]:
        """There is nothing."""
        return
        yield []  # which makes it what the others are

    async def reach(self) -> None:
        """Refuse."""
        raise Unavailable("There is no place for files here.")


NOWHERE = Nowhere()
