"""What a request opened is closed before its answer begins: nobody reads slowly at our cost."""

from typing import Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OPENED = "stockroom.opened"


class Closable(Protocol):
    """Something that a request holds."""

    async def close(self) -> None:
        """Give it back; a second call does nothing."""


def close_with(scope: Scope, opened: Closable) -> None:
    """Have it closed with the request that opened it."""
    scope.setdefault(_OPENED, []).append(opened)


class Closing:
    """Closes what was opened, before the first byte of an answer or at the end of a socket."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                await _close(scope)
            await send(message)

        try:
            await self.app(scope, receive, answer)
        finally:
            await _close(scope)


async def _close(scope: Scope) -> None:
    for opened in scope.pop(_OPENED, ()):
        await opened.close()
