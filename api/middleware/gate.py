"""How many requests may run at once: one too many is told so at once, and does no work."""

from starlette.types import ASGIApp, Receive, Scope, Send

from api.domain.errors import Overloaded
from api.middleware.refusing import PROBES, Refuse, turn_away


class Gate:
    """Lets `limit` requests run; probes always, for a process that is busy is not ill."""

    def __init__(self, app: ASGIApp, limit: int, refuse: Refuse) -> None:
        self.app, self.limit, self.refuse = app, limit, refuse
        self._running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in PROBES:
            return await self.app(scope, receive, send)
        if self._running >= self.limit:
            error = Overloaded("Too much is going on here just now; try again in a moment.")
            return await turn_away(self.refuse, error, scope, receive, send)
        self._running += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self._running -= 1
        return None
