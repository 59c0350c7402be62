"""The keys that come from the one secret of an installation, each for one use only."""

import hashlib
import hmac
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Lifetimes:
    """How long, in seconds, a credential is good; `grace` is how long a refresh token may be sent
    again.
    """

    access: int = 600
    refresh: int = 30 * 86_400
    grace: int = 20
    browser: int = 12 * 3600


@dataclass(frozen=True)
class Keyring:
    """Derived keys: a token's key can never seal a cursor, nor the other way."""

    secret: bytes
    lifetimes: Lifetimes = Lifetimes()

    @cached_property
    def cursors(self) -> bytes:
        """Seals the cursors of lists."""
        return self._derive(b"cursors")

    @cached_property
    def tokens(self) -> bytes:
        """Signs access tokens."""
        return self._derive(b"access tokens")

    @cached_property
    def sessions(self) -> bytes:
        """Makes the successors of refresh tokens, and marks the secrets of sessions as ours."""
        return self._derive(b"sessions")

    @cached_property
    def forms(self) -> bytes:
        """Makes the tokens by which a page shows that it is ours (CSRF)."""
        return self._derive(b"forms")

    @cached_property
    def files(self) -> bytes:
        """Signs the addresses of pictures."""
        return self._derive(b"files")

    def _derive(self, use: bytes) -> bytes:
        return hmac.new(self.secret, b"stockroom/" + use, hashlib.sha256).digest()
