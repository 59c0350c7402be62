"""HTTP as uvicorn speaks it, for callers who come to the point: it waits for a head for ever. What
cannot be read is refused as everything else is.
"""

import asyncio
import json
import secrets
from asyncio import Transport
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.domain.errors import BadRequest
from rest.problems import MEDIA_TYPE

PATIENCE = 10.0
"""Seconds that the head of a request may take; how often that is looked at."""
LATE = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class PromptHeads(HttpToolsProtocol):
    """Ends connections on which a head has begun, or was due, and does not come.

    A timer for each connection looks now and then, as one for each request would cost every one.
    """

    _waits_since: float | None = None
    _look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """A head is due from now on."""
        super().connection_made(transport)
        self._waits_since = self.loop.time()
        self._look_later(self._waits_since + PATIENCE)

    def on_message_begin(self) -> None:
        """A head has begun."""
        self._waits_since = self.loop.time()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """It is here."""
        self._waits_since = None
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for any more."""
        if self._look is not None:
            self._look.cancel()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read: it has neither an address nor a face."""
        trace_id, title = secrets.token_hex(8), BadRequest.title
        told = {
            "type": "/problems/bad-request",
            "title": title,
            "status": 400,
            "detail": "This is not HTTP, or its address or a header is too long.",
            "instance": "",
            "code": BadRequest.code,
            "trace_id": trace_id,
        }
        body = json.dumps(told)
        head = (
            "HTTP/1.1 400 Bad Request",
            f"Content-Type: {MEDIA_TYPE}",
            f"Content-Length: {len(body)}",
            f"X-Request-Id: {trace_id}",
            "Cache-Control: no-store",
            "Connection: close",
        )
        self.transport.write("\r\n".join((*head, "", body)).encode())
        self.transport.close()

    def _look_later(self, when: float) -> None:
        self._look = self.loop.call_at(when, self._end_if_late)

    def _end_if_late(self) -> None:
        transport = cast("Any", self.transport)
        if transport.is_closing() or transport.get_protocol() is not self:  # a socket by now
            return
        now = self.loop.time()
        if self.cycle is not None and not self.cycle.response_complete:  # the caller may wait
            self._waits_since = self._waits_since and now
        if self._waits_since is None:
            self._look_later(now + PATIENCE)
        elif now < self._waits_since + PATIENCE:
            self._look_later(self._waits_since + PATIENCE)
        else:
            transport.write(LATE)
            transport.close()
