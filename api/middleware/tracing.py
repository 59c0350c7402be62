"""A trace id for every request, in its answer, its errors and its line in the log."""

import re
import secrets
import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SAFE = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_PROBES = {"/healthz", "/readyz"}  # asked every few seconds by whoever keeps the process
_UNLESS_SET = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))
TRACE_ID: ContextVar[str] = ContextVar("trace_id", default="")
log = structlog.get_logger("access")

Header = tuple[bytes, bytes]


class Tracing:
    """Takes the caller's `X-Request-Id` when it is harmless, makes one otherwise.

    Faults of ours are answered here, as `of_fault` words them: further out the server would
    answer without the id, and close the connection.
    """

    def __init__(self, app: ASGIApp, of_fault: Callable[[Request, Exception], Response]) -> None:
        self.app, self.of_fault = app, of_fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        trace_id = _id_of(scope["headers"])
        scope["trace_id"] = trace_id
        token = TRACE_ID.set(trace_id)
        started, status = time.perf_counter(), 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _marked(message.get("headers", ()), trace_id, started)
            await send(message)

        try:
            await self.app(scope, receive, answer)
        except Exception as fault:
            if scope["type"] != "http" or status:
                raise
            await self.of_fault(Request(scope), fault)(scope, receive, answer)
        finally:
            TRACE_ID.reset(token)
            if scope["type"] == "http" and scope["path"] not in _PROBES:
                _log(scope, trace_id, status, started)
        return None


def _id_of(headers: Iterable[Header]) -> str:
    for name, value in headers:
        if name == b"x-request-id":
            return value.decode() if _SAFE.fullmatch(value) else secrets.token_hex(8)
    return secrets.token_hex(8)


def _marked(headers: Iterable[Header], trace_id: str, started: float) -> list[Header]:
    """A new list: the answer's own may be sent again with another answer."""
    marked = list(headers)
    names = {name for name, _ in marked}
    marked += [header for header in _UNLESS_SET if header[0] not in names]
    took = f"app;dur={(time.perf_counter() - started) * 1000:.1f}"
    marked += [(b"x-request-id", trace_id.encode()), (b"server-timing", took.encode())]
    return marked


def _log(scope: Scope, trace_id: str, status: int, started: float) -> None:
    log.info(
        "request",
        trace_id=trace_id,
        method=scope["method"],
        path=scope["path"][:200],
        status=status,
        ms=round((time.perf_counter() - started) * 1000, 1),
    )
