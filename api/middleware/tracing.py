"""A trace id for every request, in its answer, its errors and its line in the log."""

import re
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.middleware.refusing import PROBES

_SAFE = re.compile(rb"[A-Za-z0-9._-]{8,64}")
TRACE_ID: ContextVar[str] = ContextVar("trace_id", default="")
log = structlog.get_logger("access")

Header = tuple[bytes, bytes]


class Tracing:
    """Takes the caller's `X-Request-Id` when it is harmless, makes one otherwise; a request whose
    answer took `slow_ms` to begin is logged as a warning.

    `unless_set` names headers that every answer has.
    """

    def __init__(
        self, app: ASGIApp, slow_ms: float, unless_set: Callable[[Scope], Sequence[Header]]
    ) -> None:
        self.app, self.slow_ms, self.unless_set = app, slow_ms, unless_set

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        trace_id = _id_of(scope["headers"])
        scope["trace_id"] = trace_id
        token = TRACE_ID.set(trace_id)
        started, status, waited = time.perf_counter(), 0, 0.0

        async def answer(message: Message) -> None:
            nonlocal status, waited
            if message["type"] == "http.response.start":
                status, waited = message["status"], (time.perf_counter() - started) * 1000
                headers, shields = message.get("headers", ()), self.unless_set(scope)
                message["headers"] = _marked(headers, shields, trace_id, waited)
            await send(message)

        try:
            await self.app(scope, receive, answer)
        finally:
            TRACE_ID.reset(token)
            if scope["type"] == "http" and scope["path"] not in PROBES:
                told = {"trace_id": trace_id, "method": scope["method"], "status": status}
                self._log(scope, waited, told, (time.perf_counter() - started) * 1000)
        return None

    def _log(self, scope: Scope, waited: float, told: dict[str, Any], ms: float) -> None:
        """One line; of a slow one with its route, under which such lines can be counted."""
        told |= {"path": scope["path"][:200], "ms": round(ms, 1)}
        if waited < self.slow_ms:
            log.info("request", **told)
        else:
            route = getattr(scope.get("route"), "path", None)
            log.warning("request", slow=True, route=route or told["path"], **told)


def _id_of(headers: Iterable[Header]) -> str:
    for name, value in headers:
        if name == b"x-request-id":
            return value.decode() if _SAFE.fullmatch(value) else secrets.token_hex(8)
    return secrets.token_hex(8)


def _marked(
    headers: Iterable[Header], unless_set: Sequence[Header], trace_id: str, waited: float
) -> list[Header]:
    """A new list: the answer's own may be sent again with another answer."""
    marked = list(headers)
    names = {name for name, _ in marked}
    marked += [header for header in unless_set if header[0] not in names]
    took = f"app;dur={waited:.1f}"
    marked += [(b"x-request-id", trace_id.encode()), (b"server-timing", took.encode())]
    return marked
