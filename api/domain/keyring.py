"""The keys that come from the one secret of an installation, each for one use only."""

import hashlib
import hmac
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Keyring:
    """Derived keys: a token's key can never seal a cursor, nor the other way."""

    secret: bytes
    token_seconds: int = 1800

    @cached_property
    def cursors(self) -> bytes:
        """Seals the cursors of lists."""
        return self._derive(b"cursors")

    @cached_property
    def tokens(self) -> bytes:
        """Signs access tokens."""
        return self._derive(b"access tokens")

    def _derive(self, use: bytes) -> bytes:
        return hmac.new(self.secret, b"stockroom/" + use, hashlib.sha256).digest()
