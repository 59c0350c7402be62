"""Headers that tell browsers what an answer may not be used for."""

from starlette.types import Scope

Header = tuple[bytes, bytes]

_PLAIN: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class Shields:
    """The headers of an answer unless it has its own; `hsts_seconds` go only over HTTPS."""

    def __init__(self, hsts_seconds: int) -> None:
        told = f"max-age={hsts_seconds}".encode()
        self._secure = (*_PLAIN, (b"strict-transport-security", told)) if hsts_seconds else _PLAIN

    def __call__(self, scope: Scope) -> tuple[Header, ...]:
        return self._secure if scope.get("scheme") in ("https", "wss") else _PLAIN
