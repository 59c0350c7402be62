"""How what surrounds a request refuses it: in the words of the face that was called."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.domain.refusals import StockroomError

Refuse: TypeAlias = Callable[[Request, StockroomError], Response]


@dataclass(frozen=True, slots=True)
class Wording:
    """How refusals, too large bodies (with what they may have) and faults of ours are answered."""

    refuse: Refuse
    too_large: Callable[[Request, int], Response]
    of_fault: Callable[[Request, Exception], Response]


PROBES = frozenset({"/healthz", "/readyz", "/v1/healthz", "/v1/readyz"})
"""Asked every few seconds by whoever keeps the process, by address and in plain HTTP."""


async def turn_away(
    refuse: Refuse, error: StockroomError, scope: Scope, receive: Receive, send: Send
) -> None:
    """Answer a request with a refusal, or close a socket that was not opened yet (403)."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": error.message})
    else:
        await refuse(Request(scope), error)(scope, receive, send)
