"""Access tokens (JWT, RFC 9068) and API keys: made here, read here."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from api.domain.errors import Unauthenticated
from api.domain.fields import Id
from api.domain.keyring import Keyring

ISSUER = AUDIENCE = "stockroom"
ALGORITHM = "HS256"
KIND = "at+jwt"
LEEWAY_SECONDS = 30
_BAD = "The access token is not valid, or no longer."


def sign(keyring: Keyring, user_id: Id) -> str:
    """A token that says who its bearer is; what they may do is asked of the database each time."""
    import jwt

    now = datetime.now(UTC)
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": user_id,
        "iat": now,
        "exp": now + timedelta(seconds=keyring.token_seconds),
        "jti": secrets.token_hex(8),
    }
    return jwt.encode(claims, keyring.tokens, ALGORITHM, headers={"typ": KIND})


@dataclass(frozen=True, slots=True)
class Proof:
    """What a good token proves: whose it is, and up to which second it is to be believed."""

    user_id: Id
    good_until: float


def read(keyring: Keyring, token: str) -> Proof:
    """What a token proves; raises Unauthenticated for one that is not good, or no longer."""
    import jwt  # here, because it brings all of cryptography, which a start need not wait for

    try:
        found = jwt.decode_complete(
            token,
            keyring.tokens,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "sub", "aud", "iss"]},
        )
    except (jwt.InvalidTokenError, ValueError, RecursionError):
        raise Unauthenticated(_BAD) from None
    if found["header"].get("typ") != KIND:
        raise Unauthenticated(_BAD)
    claims = found["payload"]
    return Proof(Id(claims["sub"]), int(claims["exp"]) + LEEWAY_SECONDS)


@dataclass(frozen=True, slots=True)
class KeyText:
    """An API key as its owner holds it: `sr_<prefix>_<secret>_<checksum>`."""

    prefix: str
    secret: str

    def __str__(self) -> str:
        return f"sr_{self.prefix}_{self.secret}_{_checksum(self.prefix, self.secret)}"

    @property
    def secret_hash(self) -> bytes:
        """What the database keeps; a random key needs no slow hash."""
        return hashlib.sha256(self.secret.encode()).digest()

    @classmethod
    def new(cls) -> "KeyText":
        """A key with 256 random bits."""
        return cls(secrets.token_hex(6), secrets.token_hex(32))

    @classmethod
    def read(cls, text: str) -> "KeyText":
        """The parts of a key, refused without a query when the checksum is wrong."""
        parts = text.split("_")
        if len(parts) != 4 or parts[0] != "sr" or not text.isascii():
            raise Unauthenticated("The API key is not valid.")
        _, prefix, secret, checksum = parts
        if not hmac.compare_digest(checksum, _checksum(prefix, secret)):
            raise Unauthenticated("The API key is not valid.")
        return cls(prefix, secret)


def _checksum(prefix: str, secret: str) -> str:
    return hashlib.sha256(f"{prefix}.{secret}".encode()).hexdigest()[:8]
