"""What takes long waits for its turn: most of the time belongs to all the others."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar

from api.domain.errors import Unavailable

REST = 3
"""How many times as long as a heavy request took no other one begins."""
MOST_WAITING = 200
_IN_TURN: ContextVar[bool] = ContextVar("whether this task has its turn", default=False)


class Lane:
    """Lets heavy requests of this process pass one after the other, with a rest after each; the
    rest keeps waiting who comes next, not who is answered.
    """

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._free_at = 0.0

    @asynccontextmanager
    async def turn(self, heavy: bool) -> AsyncIterator[None]:
        """A turn for what is heavy, nothing for what is not; raises Unavailable when too many
        wait.
        """
        if not heavy or _IN_TURN.get():
            yield
            return
        if self._waiting >= MOST_WAITING:
            raise Unavailable("Too many large requests are waiting. Nothing was done.", 5)
        self._waiting += 1
        try:
            async with self._turn:
                await asyncio.sleep(max(0.0, self._free_at - time.monotonic()))
                async with self._timed():
                    yield
        finally:
            self._waiting -= 1

    @asynccontextmanager
    async def _timed(self) -> AsyncIterator[None]:
        token, started = _IN_TURN.set(True), time.monotonic()
        try:
            yield
        finally:
            ended = time.monotonic()
            self._free_at = ended + REST * (ended - started)
            _IN_TURN.reset(token)
