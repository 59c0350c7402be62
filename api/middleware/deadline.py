"""The time that a request has: to send its body, and until its answer begins."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.domain.errors import BodyTooSlow, DeadlineExceeded
from api.middleware.refusing import Refuse, turn_away

SLOWEST = 16_384
"""Bytes that add a second: a large body may come over a poor line, but not a byte now and then."""


class Deadline:
    """Ends what takes longer than `seconds`: its statement is cancelled, its connection free.

    An answer that has begun may take as long as its reader does.
    """

    def __init__(self, app: ASGIApp, seconds: float, refuse: Refuse) -> None:
        self.app, self.seconds, self.refuse = app, seconds, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        clock = asyncio.get_running_loop().time
        ends = clock() + self.seconds
        limit = asyncio.timeout_at(ends)
        seen, whole, waits, begun = 0, False, False, False

        async def timed() -> Message:
            nonlocal seen, whole, waits
            if whole or begun:
                return await receive()
            waits = True
            message = await receive()
            waits = False
            if message.get("more_body"):
                seen += len(message["body"])
                limit.reschedule(ends + seen / SLOWEST)
            else:
                whole = True
                if seen:  # of a body in pieces the work begins only now
                    limit.reschedule(clock() + self.seconds)
            return message

        async def answer(message: Message) -> None:
            nonlocal begun
            if not begun:
                begun = True
                limit.reschedule(None)
            await send(message)

        try:
            async with limit:
                await self.app(scope, timed, answer)
        except TimeoutError:
            if begun or not limit.expired():
                raise
            error = _slow_body() if waits else _slow_work()
            await turn_away(self.refuse, error, scope, receive, _closing(send) if waits else send)
        return None


def _slow_body() -> BodyTooSlow:
    return BodyTooSlow("The body of the request did not come in time.")


def _slow_work() -> DeadlineExceeded:
    return DeadlineExceeded(
        "This took longer than a request may, and was ended. Send a command again with its key: it"
        " is done once."
    )


def _closing(send: Send) -> Send:
    """Say that the connection ends: the rest of the body is not read."""

    async def last(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (b"connection", b"close")]
        await send(message)

    return last
