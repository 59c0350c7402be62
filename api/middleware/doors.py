"""Under which name, and how, the server is reached."""

import re

from starlette.middleware.httpsredirect import HTTPSRedirectMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api.domain.errors import BadRequest
from api.middleware.refusing import PROBES, Refuse, turn_away

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^:/@\[\]\s]+)(:[0-9]{1,5})?", re.IGNORECASE)


class Hosts:
    """Refuses requests for names that are not ours: links and caches are made of them.

    `*.example.com` is every name under that one. (Starlette's own answers in plain text.)
    """

    def __init__(self, app: ASGIApp, allowed: tuple[str, ...], refuse: Refuse) -> None:
        self.app, self.refuse = app, refuse
        self._names = {name for name in allowed if not name.startswith("*")}
        self._endings = tuple(name[1:] for name in allowed if name.startswith("*"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"] in PROBES or self._is_ours(scope):
            return await self.app(scope, receive, send)
        error = BadRequest("Nothing is served here under the name that the Host header says.")
        return await turn_away(self.refuse, error, scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        sent = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        found = _HOST.fullmatch(sent[0]) if len(sent) == 1 else None
        if found is None:
            return False
        name = found[1].lower()
        return name in self._names or name.endswith(self._endings or "/")


class Https(HTTPSRedirectMiddleware):
    """Sends those who come in plain HTTP to HTTPS."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan" and scope["path"] in PROBES:
            return await self.app(scope, receive, send)
        return await super().__call__(scope, receive, send)
