"""Faults of ours, answered: further out the server would do so bare, and close the connection."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Faults:
    """Answers what went wrong as `word` words it, unless an answer had begun."""

    def __init__(self, app: ASGIApp, word: Callable[[Request, Exception], Response]) -> None:
        self.app, self.word = app, word

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def answer(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, answer)
        except Exception as fault:
            if scope["type"] != "http" or begun:
                raise
            await self.word(Request(scope), fault)(scope, receive, send)
