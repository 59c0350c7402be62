"""Purses that several processes share, kept in Redis by `limits`."""

import time

import structlog
from limits import RateLimitItemPerSecond
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError

from api.budgets import Budget, Purses, Spent, Standing
from api.counting import storage_of

AWAY_SECONDS = 5.0
"""How long Redis is left alone when it did not answer."""
log = structlog.get_logger("limits")


class SharedPurses:
    """Kept in Redis; while it is away, `own` count, so nobody is refused for its sake and nobody
    is free.
    """

    def __init__(self, url: str, own: Purses) -> None:
        self._storage = storage_of(url)
        self._limiter = SlidingWindowCounterRateLimiter(self._storage)
        self._own = own
        self._away, self._ask_again = False, 0.0

    async def take(self, caller: str, budget: Budget, cost: int) -> Standing:
        """Take points from a caller's budget, or none of them when they are not there."""
        if self._away:
            if time.monotonic() < self._ask_again:
                return await self._own.take(caller, budget, cost)
            self._ask_again = time.monotonic() + AWAY_SECONDS  # one asks, the others go on
        try:
            standing = await self._take(caller, budget, cost)
        except StorageError:
            if not self._away:
                log.warning("Redis is away: each process counts for itself")
            self._away, self._ask_again = True, time.monotonic() + AWAY_SECONDS
            return await self._own.take(caller, budget, cost)
        if self._away:
            log.info("Redis is back")
            self._away = False
        return standing

    async def _take(self, caller: str, budget: Budget, cost: int) -> Standing:
        item = RateLimitItemPerSecond(budget.points, budget.seconds, "stockroom")
        paid = await self._limiter.hit(item, caller, cost=cost)
        before, before_left, now, now_left = await self._storage.get_sliding_window(
            item.key_for(caller), budget.seconds
        )
        left = max(before_left, now_left - budget.seconds)
        return Spent(before, now, left).standing(budget, 0 if paid else cost)

    async def close(self) -> None:
        """Close the connections to Redis."""
        await self._storage.bridge.get_connection().aclose()
