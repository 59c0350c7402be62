"""What a request opened is closed before its answer begins, and what it left to do is begun after
its end: nobody reads slowly, or waits, at our cost.
"""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.domain.surroundings import Errand

Start: TypeAlias = Callable[[Sequence[Errand], str], None]
"""Begins errands, which belong to a trace."""

_OPENED = "stockroom.opened"
_DUE = "stockroom.due"


class Closable(Protocol):
    """Something that a request holds."""

    due: list[Errand]

    async def close(self) -> None:
        """Give it back; a second call does nothing."""


def close_with(scope: Scope, opened: Closable) -> None:
    """Have it closed with the request that opened it."""
    scope.setdefault(_OPENED, []).append(opened)


def leave_due(scope: Scope, errands: Sequence[Errand]) -> None:
    """Have errands begun when the answer of the request that leaves them has been sent."""
    if errands:
        scope.setdefault(_DUE, []).extend(errands)


class Closing:
    """Closes what was opened, before the first byte of an answer or at the end of a socket, and
    has `start` begin what is due after the last.
    """

    def __init__(self, app: ASGIApp, start: Start) -> None:
        self.app, self.start = app, start

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                await _close(scope)
            await send(message)

        try:
            await self.app(scope, receive, answer)
        finally:
            await _close(scope)
            if _DUE in scope:
                self.start(scope.pop(_DUE), scope.get("trace_id", ""))


async def _close(scope: Scope) -> None:
    for opened in scope.pop(_OPENED, ()):
        await opened.close()
        leave_due(scope, opened.due)
