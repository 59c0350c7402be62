"""Parameters under their old names: taken as their new ones, and told to be going.

`Deprecation` is of RFC 9745, `Sunset` of RFC 8594; the page behind `Link` names all of them.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote_plus

from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as Asgi

from api.domain.deprecations import DEPRECATED, Deprecation
from api.domain.errors import ValidationFailed

PAGE = "/deprecations"
_WORDS = {
    "Deprecation": "Since when something that the request uses is going (RFC 9745).",
    "Sunset": "When it will be gone (RFC 8594).",
    "Link": "Addresses around this one (RFC 8288).",
}


class Deprecating:
    """A route that goes on taking parameters by their old names."""

    def __init__(self, app: ASGIApp, deprecations: Sequence[Deprecation]) -> None:
        self.app = app
        self.known = {it.name: it for it in deprecations}

    async def __call__(self, scope: Asgi, receive: Receive, send: Send) -> None:
        query: str = scope["query_string"].decode("latin-1")
        if any(name in query for name in self.known):
            pairs = [pair.partition("=") for pair in query.split("&")]
            names = [unquote_plus(name) for name, *_ in pairs]
            used = [it for name in names if (it := self.known.get(name))]
            for it in used:
                if it.instead in names:
                    raise ValidationFailed.at([it.name], "contradiction", it.reason)
            if used:
                renamed = "&".join(self._renamed(*pair) for pair in pairs)
                scope["query_string"] = renamed.encode("latin-1")  # a copy would hide its state
                send = _telling(send, used)
        await self.app(scope, receive, send)

    def _renamed(self, name: str, mark: str, value: str) -> str:
        known = self.known.get(unquote_plus(name))
        return f"{known.instead if known else name}{mark}{value}"


def deprecating(name: str, app: ASGIApp) -> ASGIApp:
    """The way of an operation, with what of it has an older name."""
    deprecations = DEPRECATED.get(name)
    return Deprecating(app, deprecations) if deprecations else app


def headers_of(used: Sequence[Deprecation]) -> dict[str, str]:
    """What an answer says of what is going: since when, until when, and where to read about it."""
    return {
        "Deprecation": f"@{int(_midnight(min(it.since for it in used)).timestamp())}",
        "Sunset": format_datetime(_midnight(min(it.sunset for it in used)), usegmt=True),
        "Link": f'<{PAGE}>; rel="deprecation"; type="text/html"',
    }


def document(openapi: dict[str, Any]) -> None:
    """Have OpenAPI show the old names beside the new ones, and what is told of them."""
    for path in openapi["paths"].values():
        operation = path.get("get", {})
        for it in DEPRECATED.get(operation.get("operationId", ""), ()):
            [new] = [one for one in operation["parameters"] if one["name"] == it.instead]
            old = {"name": it.name, "description": it.reason, "deprecated": True}
            operation["parameters"].append(new | old)
            for status in ("200", "304"):
                answer = operation["responses"][status]
                answer["headers"] = {**_told([it]), **answer.get("headers", {})}


def _told(used: Sequence[Deprecation]) -> dict[str, Any]:
    return {
        name: {"description": _WORDS[name], "schema": {"type": "string"}, "example": value}
        for name, value in headers_of(used).items()
    }


def _telling(send: Send, used: Sequence[Deprecation]) -> Send:
    added = [(name.lower().encode(), value.encode()) for name, value in headers_of(used).items()]

    async def tell(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] < 400:
            message = {**message, "headers": [*message["headers"], *added]}
        await send(message)

    return tell


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
