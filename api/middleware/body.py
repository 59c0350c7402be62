"""The largest body that is read: counted as it comes, whatever its headers promise."""

from collections.abc import Callable
from contextlib import suppress

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LIMIT = "stockroom.body_limit"


class _TooLarge(Exception):
    pass


def allow_body(scope: Scope, limit: int) -> None:
    """Let the body of this request have so many bytes; for handlers that have not read any yet."""
    scope[_LIMIT] = limit


class BodyLimit:
    """Answers 413 when somebody reads a body of which more than `limit` bytes were promised or
    sent; `refuse` words it.
    """

    def __init__(
        self, app: ASGIApp, limit: int, refuse: Callable[[Request, int], Response]
    ) -> None:
        self.app, self.limit, self.refuse = app, limit, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        seen, over, answering = 0, False, False

        async def counted() -> Message:
            nonlocal seen, over
            limit = scope.get(_LIMIT, self.limit)
            over = not seen and _promised(scope) > limit
            if not over:
                message = await receive()
                seen += len(message.get("body", b""))
                over = seen > limit
            if over:
                raise _TooLarge
            return message

        async def answer(message: Message) -> None:
            nonlocal answering
            if over and not answering:
                return  # whatever the application made of the cut, the answer is ours
            answering = True
            await send(message)

        with suppress(_TooLarge):
            await self.app(scope, counted, answer)
        if over and not answering:
            refusal = self.refuse(Request(scope), scope.get(_LIMIT, self.limit))
            await refusal(scope, receive, send)
        return None


def _promised(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value[:20]) if value.isdigit() else 0
    return 0
