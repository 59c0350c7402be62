"""Browsers that are signed in by a cookie: which requests that is believed for, and the cookies.

A cookie is sent by the browser whichever page asks. So it counts only for pages of our own origin,
and for all but GETs only beside a header that such a page alone can know (CSRF).
"""

import hmac
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from api.domain.accounts.reads import BrowserSession
from api.domain.accounts.tokens import form_mark
from api.domain.errors import Forbidden
from api.domain.fields import Id
from api.domain.keyring import Keyring

COOKIE, CSRF_COOKIE = "stockroom", "stockroom_csrf"
CSRF_HEADER = "X-CSRF-Token"
_FOREIGN = "A cookie is good for pages of this server only, and this is another's request."
_UNMARKED = "Send the cookie's csrf_token as X-CSRF-Token: it shows that a page of ours asks."


class Cookies:
    """The names and the rules of our cookies; over HTTPS they carry `__Host-`, so that no other
    server of the domain can plant them.
    """

    def __init__(self, *, secure: bool) -> None:
        prefix = "__Host-" if secure else ""
        self.session, self.csrf = prefix + COOKIE, prefix + CSRF_COOKIE
        self._rules = "; Path=/; SameSite=Strict" + ("; Secure" if secure else "")

    @classmethod
    def of(cls, scope: Scope, *, production: bool) -> "Cookies":
        """Those of a connection."""
        return _SECURE if production or scope["scheme"] in ("https", "wss") else _PLAIN

    def secret(self, sent: str) -> str | None:
        """The session's secret in a `Cookie` header."""
        for pair in sent.split(";"):
            name, _, value = pair.strip().partition("=")
            if name == self.session:
                return value
        return None

    def signing_in(self, made: BrowserSession) -> list[str]:
        """The `Set-Cookie` headers of a new session; scripts can read the second one only."""
        seconds = int((made.expires_at - datetime.now(UTC)).total_seconds())
        kept = f"; Max-Age={seconds}{self._rules}"
        return [
            f"{self.session}={made.cookie}{kept}; HttpOnly",
            f"{self.csrf}={made.csrf_token}{kept}",
        ]

    def signing_out(self) -> list[str]:
        """The `Set-Cookie` headers that take both back."""
        gone = f"=; Max-Age=0{self._rules}"
        return [f"{self.session}{gone}; HttpOnly", f"{self.csrf}{gone}"]


_SECURE, _PLAIN = Cookies(secure=True), Cookies(secure=False)


def judge(scope: Scope, keyring: Keyring, session_id: Id, friends: Collection[str]) -> None:
    """Refuse what a page of another origin may have sent in a signed-in browser's name; `friends`
    are origins that may.
    """
    headers = Headers(scope=scope)
    if _is_foreign(headers, friends) or (scope["type"] == "websocket" and "origin" not in headers):
        raise Forbidden(_FOREIGN)
    if scope["type"] == "websocket" or scope["method"] in ("GET", "HEAD"):
        return  # which change nothing; a socket is judged by the origin that browsers always tell
    sent = headers.get(CSRF_HEADER, "").encode()
    if not hmac.compare_digest(sent, form_mark(keyring, session_id).encode()):
        raise Forbidden(_UNMARKED)


def _is_foreign(headers: Mapping[str, str], friends: Collection[str]) -> bool:
    origin = headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc != headers.get("host") and origin not in friends
    return headers.get("sec-fetch-site", "none") not in ("same-origin", "none")
