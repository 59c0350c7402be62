"""What takes long waits for its turn: most of the time belongs to all the others."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from contextvars import ContextVar

from api.domain.errors import RateLimited, Unavailable
from graphql_schema.http import TransportRefused

REST = 3
"""How many times as long as a heavy request took no other one begins."""
LONGEST_REST = 1.0
"""Seconds: who was long only because the database was must not close the lane."""
MOST_WAITING = 200
MOST_OF_ONE = 10
"""How many of those who wait may be of one caller."""
_AT_ONCE = nullcontext()
_IN_TURN: ContextVar[bool] = ContextVar("whether this task has its turn", default=False)


class Lane:
    """Lets heavy requests of this process pass one after the other, with a rest after each; the
    rest keeps waiting who comes next, not who is answered.
    """

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._waiting = Counter[str]()
        self._free_at = 0.0

    def turn(self, heavy: bool, caller: str = "") -> AbstractAsyncContextManager[None]:
        """A turn for what is heavy, nothing for what is not; raises RateLimited when too many of
        the caller's wait, Unavailable when too many of all do.
        """
        return self._turn_of(caller) if heavy and not _IN_TURN.get() else _AT_ONCE

    @asynccontextmanager
    async def _turn_of(self, caller: str) -> AsyncIterator[None]:
        self._refuse_crowd(caller)
        self._waiting[caller] += 1
        try:
            async with self._turn:
                await asyncio.sleep(max(0.0, self._free_at - time.monotonic()))
                async with self._timed():
                    yield
        finally:
            self._waiting[caller] -= 1
            self._waiting += Counter()  # forgets who has none

    def _refuse_crowd(self, caller: str) -> None:
        if self._waiting[caller] >= MOST_OF_ONE:
            message = f"{MOST_OF_ONE} large requests of yours are waiting. Nothing was done."
            raise RateLimited(message, 5)
        if self._waiting.total() >= MOST_WAITING:
            raise Unavailable("Too many large requests are waiting. Nothing was done.", 5)

    @asynccontextmanager
    async def _timed(self) -> AsyncIterator[None]:
        token, started = _IN_TURN.set(True), time.monotonic()
        try:
            yield
        except TransportRefused:  # only its JSON was read, which is paid for
            started = time.monotonic()
            raise
        finally:
            ended = time.monotonic()
            self._free_at = ended + min(REST * (ended - started), LONGEST_REST)
            _IN_TURN.reset(token)
