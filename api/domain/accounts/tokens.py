"""Access tokens (JWT, RFC 9068), secrets of sessions, and API keys: made here, read here."""

import hashlib
import hmac
import re
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
_HEADER = {"alg": ALGORITHM, "typ": KIND}
_OF_USER, _OF_SESSION = re.compile("user_[0-9a-f]{32}"), re.compile("session_[0-9a-f]{32}")
_BAD = "The access token is not valid, or no longer."
ENDED = "The session has ended: sign in again."


def sign(keyring: Keyring, user_id: Id, session_id: Id) -> str:
    """A token that says who its bearer is, and by which sign-in; what they may do is asked of the
    database each time.
    """
    import jwt

    now = datetime.now(UTC)
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": user_id,
        "sid": session_id,
        "iat": now,
        "exp": now + timedelta(seconds=keyring.lifetimes.access),
        "jti": secrets.token_hex(8),
    }
    return jwt.encode(claims, keyring.tokens, ALGORITHM, headers={"typ": KIND})


@dataclass(frozen=True, slots=True)
class Proof:
    """What a good token proves: whose it is, of which session, and up to which second it is to be
    believed.
    """

    user_id: Id
    session_id: Id
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
    claims = found["payload"]
    user_id, session_id = claims["sub"], str(claims.get("sid"))
    if found["header"] != _HEADER or not _OF_USER.fullmatch(user_id):
        raise Unauthenticated(_BAD)  # no key of the caller's choice: jku, jwk, x5u, kid
    if not _OF_SESSION.fullmatch(session_id):
        raise Unauthenticated(_BAD)
    return Proof(Id(user_id), Id(session_id), int(claims["exp"]) + LEEWAY_SECONDS)


@dataclass(frozen=True, slots=True)
class SessionText:
    """What the bearer of a session holds: `srt_<session>_<secret>_<mark>`, a refresh token or the
    value of a cookie. The mark tells what was made here from what was not, without a query.
    """

    session_id: Id
    secret: str
    mark: str

    def __str__(self) -> str:
        return f"srt_{self.session_id[-32:]}_{self.secret}_{self.mark}"

    @property
    def hash(self) -> bytes:
        """What the database keeps; a random secret needs no slow hash."""
        return hashlib.sha256(self.secret.encode()).digest()

    @classmethod
    def first(cls, keyring: Keyring, session_id: Id) -> "SessionText":
        """A secret of 256 random bits."""
        return cls._marked(keyring, session_id, secrets.token_hex(32))

    def successor(self, keyring: Keyring) -> "SessionText":
        """What follows it: the same, however often it is asked for, and kept nowhere."""
        secret = _sealed(keyring, "next", self.session_id, self.secret)
        return self._marked(keyring, self.session_id, secret)

    @classmethod
    def read(cls, keyring: Keyring, text: str) -> "SessionText":
        """The parts of a text that was made here; raises Unauthenticated for any other."""
        parts = text.split("_")
        if len(parts) == 4 and parts[0] == "srt" and text.isascii():
            found = cls._marked(keyring, Id(f"session_{parts[1]}"), parts[2])
            if hmac.compare_digest(found.mark, parts[3]):
                return found
        raise Unauthenticated(ENDED)

    @classmethod
    def _marked(cls, keyring: Keyring, session_id: Id, secret: str) -> "SessionText":
        return cls(session_id, secret, _sealed(keyring, "mark", session_id, secret)[:32])


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


def form_mark(keyring: Keyring, session_id: Id) -> str:
    """What a page of ours sends to show that it is one; another's cannot know it."""
    return hmac.new(keyring.forms, session_id.encode(), hashlib.sha256).hexdigest()


def _checksum(prefix: str, secret: str) -> str:
    return hashlib.sha256(f"{prefix}.{secret}".encode()).hexdigest()[:8]


def _sealed(keyring: Keyring, use: str, session_id: Id, secret: str) -> str:
    told = f"{use}.{session_id}.{secret}".encode()
    return hmac.new(keyring.sessions, told, hashlib.sha256).hexdigest()
