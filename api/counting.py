"""Counts what may be tried only so often: in this process, or in Redis for all that share one."""

import math
import time
from collections import deque
from functools import cached_property
from typing import Any

import structlog
from cachetools import LRUCache

from api.domain.surroundings import Counters

MOST = 100_000
"""Things counted at once in a process; those not tried for longest are forgotten."""
log = structlog.get_logger("counting")


def counters_of(redis_url: str) -> Counters:
    """Counters in Redis where its address is given, else in this process."""
    return SharedCounters(redis_url) if redis_url else OwnCounters()


class OwnCounters:
    """Count in the memory of this process, of which they never take more than so much.

    The storage in memory that comes with `limits` looks through all of it with every try.
    """

    def __init__(self) -> None:
        self._tries: LRUCache[str, deque[float]] = LRUCache(MOST)

    async def wait_after(self, what: str, most: int, seconds: int) -> int:
        """Count one try; 0, or the seconds to wait when `most` within `seconds` are counted."""
        now = time.monotonic()
        tries = self._tries.setdefault(what, deque())
        while tries and tries[0] <= now - seconds:
            tries.popleft()
        if len(tries) >= most:
            return math.ceil(tries[0] + seconds - now)
        tries.append(now)
        return 0

    async def close(self) -> None:
        """Nothing is held."""


class SharedCounters:
    """Count in Redis; while it cannot be reached, each process counts for itself."""

    def __init__(self, url: str) -> None:
        self._url, self._own = url, OwnCounters()

    @cached_property
    def _limiter(self) -> Any:
        from limits.aio.strategies import MovingWindowRateLimiter

        return MovingWindowRateLimiter(storage_of(self._url))

    async def wait_after(self, what: str, most: int, seconds: int) -> int:
        """Count one try; 0, or the seconds to wait when `most` within `seconds` are counted."""
        from limits import RateLimitItemPerSecond
        from limits.errors import StorageError

        limit = RateLimitItemPerSecond(most, seconds, namespace="stockroom")
        try:
            if await self._limiter.hit(limit, what):
                return 0
            window = await self._limiter.get_window_stats(limit, what)
        except StorageError:
            log.warning("redis cannot be reached")
            return await self._own.wait_after(what, most, seconds)
        left: float = window.reset_time - time.time()
        return max(1, math.ceil(left))

    async def close(self) -> None:
        """Close the connections to Redis."""
        if "_limiter" in self.__dict__:
            await self._limiter.storage.bridge.get_connection().aclose()


def storage_of(redis_url: str) -> Any:
    """Redis as `limits` wants it: asked from the event loop, and given up after a second."""
    from limits.aio.storage import RedisStorage

    waits: dict[str, Any] = {"socket_timeout": 1.0, "socket_connect_timeout": 1.0}
    address = f"async+{redis_url}"
    return RedisStorage(address, implementation="redispy", wrap_exceptions=True, **waits)
