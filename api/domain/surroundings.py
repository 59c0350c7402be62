"""What the process lends every scope: who carries letters, who counts, and a place for files."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeAlias

from api.domain.letters import Letter
from api.domain.passwords import USUAL, Passwords
from api.domain.recalling import Found, Shelf
from api.domain.storing import NOWHERE, Files

Errand: TypeAlias = Callable[[], Awaitable[None]]
"""Work that nobody waits for; it may fail without anybody's harm."""


class Post(Protocol):
    """Carries letters."""

    async def send(self, letter: Letter) -> None:
        """Send a letter, as well as that can be done; never raises."""


class Counters(Protocol):
    """Count what may be tried only so often, for all processes that share them."""

    async def wait_after(self, what: str, most: int, seconds: int) -> int:
        """Count one try; 0, or the seconds to wait when `most` within `seconds` are counted."""

    async def close(self) -> None:
        """Give back what counting takes."""


class _Nobody:
    async def send(self, letter: Letter) -> None: ...

    async def wait_after(self, what: str, most: int, seconds: int) -> int:
        return 0

    async def close(self) -> None: ...


class _NoShelf:
    async def look(self, key: str, areas: Sequence[str]) -> Found:
        return Found(None, None)

    async def keep(self, key: str, edition: str, answer: bytes) -> None: ...

    async def changed(self, area: str) -> None: ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Throttle:
    """How often something may be tried within some seconds: for one account from one network, for
    one account from wherever, and from one network for any account.
    """

    seconds: int
    together: int
    account: int
    network: int


NO_SHELF: Shelf = _NoShelf()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is lent; `sign_in` and `mailing` say how often strangers may try, `keys_kept` for how
    long an answer is remembered by its idempotency key.
    """

    post: Post
    counters: Counters
    shelf: Shelf = NO_SHELF
    sign_in: Throttle = Throttle(60, 10, 50, 30)
    mailing: Throttle = Throttle(3600, 5, 20, 60)
    files: Files = NOWHERE
    keys_kept: timedelta = timedelta(hours=24)
    passwords: Passwords = USUAL


_NOBODY = _Nobody()
ALONE = Surroundings(_NOBODY, _NOBODY)
"""Of the system itself, which is written to by nobody and may try what it likes."""
