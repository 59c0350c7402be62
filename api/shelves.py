"""Where answers are kept: in this process, or in Redis for all that share one."""

import secrets
import time
import warnings
from collections import Counter
from collections.abc import Sequence

import structlog
from cachetools import TTLCache

from api.domain.recalling import Found, Shelf
from api.domain.surroundings import NO_SHELF
from api.settings import Settings

MOST = 200
"""Answers that one process keeps for itself."""
AWAY_SECONDS = 5.0
"""How long Redis is left alone when it did not answer."""
NOTHING = Found(None, None)
log = structlog.get_logger("shelves")


def shelf_of(settings: Settings) -> Shelf:
    """Redis where its address is given; else memory, if one process serves alone."""
    if not settings.recall_seconds:
        return NO_SHELF
    if settings.redis_address:
        return SharedShelf(settings.redis_address, settings.recall_seconds)
    return OwnShelf(settings.recall_seconds) if settings.workers == 1 else NO_SHELF


class OwnShelf:
    """Kept in memory."""

    def __init__(self, seconds: float) -> None:
        self._kept: TTLCache[str, tuple[str, bytes]] = TTLCache(MOST, seconds)
        self._editions = Counter[str]()

    async def look(self, key: str, areas: Sequence[str]) -> Found:
        """What is here, if nothing has changed since."""
        edition = ".".join(str(self._editions[area]) for area in areas)
        made_under, answer = self._kept.get(key, ("", None))
        return Found(edition, answer if made_under == edition else None)

    async def keep(self, key: str, edition: str, answer: bytes) -> None:
        """Put it here."""
        self._kept[key] = edition, answer

    async def changed(self, area: str) -> None:
        """Count."""
        self._editions[area] += 1

    async def close(self) -> None:
        """Forget."""
        self._kept.clear()


class SharedShelf:
    """Kept in Redis by cashews. Without Redis nothing is kept and nobody fails; what changed then
    is told as soon as Redis is back, and an older answer ends by itself within `seconds`.
    """

    def __init__(self, url: str, seconds: float) -> None:
        from cashews import Cache
        from cashews.exceptions import CacheError

        self._errors: tuple[type[Exception], ...] = (CacheError, OSError, TimeoutError)
        self._seconds = seconds
        self._cache = Cache()
        self._cache.setup(
            url,
            suppress=False,
            pickle_type="null",  # JSON as it is: a pickle of somebody else's would be a program
            socket_timeout=0.5,
            socket_connect_timeout=0.5,
        )
        self._ask_again = 0.0
        self._untold: set[str] = set()

    async def look(self, key: str, areas: Sequence[str]) -> Found:
        """What is there, if it was made under the editions that are there."""
        if self._is_left_alone():
            return NOTHING
        try:
            await self._tell()
            held, *read = await self._cache.get_many(_named(key), *map(_area, areas))
            editions = [it for it in read if it is not None]
            if len(editions) < len(areas):
                held, editions = None, [await self._edition(area) for area in areas]
        except self._errors as error:
            self._leave_alone(error)
            return NOTHING
        edition = b".".join(editions)
        made_under, _, answer = (held or b"").partition(b"\n")
        return Found(edition.decode(), answer if made_under == edition else None)

    async def keep(self, key: str, edition: str, answer: bytes) -> None:
        """Put it there for a while."""
        try:
            value = edition.encode() + b"\n" + answer
            await self._cache.set(_named(key), value, expire=self._seconds)
        except self._errors as error:
            self._leave_alone(error)

    async def changed(self, area: str) -> None:
        """Have all processes make their answers anew."""
        self._untold.add(area)
        if self._is_left_alone():
            return
        try:
            await self._tell()
        except self._errors as error:
            self._leave_alone(error)

    async def close(self) -> None:
        """Close the connections."""
        with warnings.catch_warnings():  # cashews calls redis by a name that redis has given up
            warnings.simplefilter("ignore", DeprecationWarning)
            await self._cache.close()

    async def _tell(self) -> None:
        while self._untold:
            area = next(iter(self._untold))
            await self._cache.set(_area(area), _token())
            self._untold.discard(area)

    async def _edition(self, area: str) -> bytes:
        await self._cache.set(_area(area), _token(), exist=False)
        return await self._cache.get(_area(area)) or b""

    def _is_left_alone(self) -> bool:
        return time.monotonic() < self._ask_again

    def _leave_alone(self, error: Exception) -> None:
        self._ask_again = time.monotonic() + AWAY_SECONDS
        log.warning("Redis is away: answers are made anew", error=type(error).__name__)


def _named(key: str) -> str:
    return f"stockroom:answer:{key}"


def _area(area: str) -> str:
    return f"stockroom:edition:{area}"


def _token() -> bytes:
    """Never a number that counts: one that Redis lost would come again."""
    return f"e{secrets.token_hex(8)}".encode()
