"""Credentials to `Actor`: here, and nowhere else, for both faces and the explorer."""

import hashlib
import hmac
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from cachetools import TTLCache

from api.database import Database
from api.domain.accounts import credentials, tokens
from api.domain.actors import NOBODY, Actor, SessionKind
from api.domain.errors import Unauthenticated
from api.domain.fields import Id
from api.domain.keyring import Keyring
from api.domain.sqlstates import refusal_of


@dataclass(frozen=True, slots=True)
class _Belief:
    """Whom a credential was found to stand for, and when it ends by itself."""

    actor: Actor
    good_until: float = math.inf


class Doorman:
    """Tells who sends a request; what it learned of a credential it believes for a few seconds."""

    def __init__(self, database: Database, keyring: Keyring, cache_seconds: float) -> None:
        self._database, self._keyring = database, keyring
        # By the hash of the credential and of where it was sent: a secret is not kept longer than
        # its request, and one that is good in a cookie proves nothing as a bearer's.
        self._believed: TTLCache[bytes, _Belief] = TTLCache(10_000, cache_seconds)

    async def actor(self, authorization: str | None) -> Actor:
        """The actor of an `Authorization` header; nobody without one; raises Unauthenticated for a
        bad one.
        """
        scheme, _, credential = (authorization or "").partition(" ")
        if authorization is None or scheme.lower() == "basic":
            return NOBODY  # OAuth clients name themselves by Basic when they ask for a token
        credential = credential.strip()
        if scheme.lower() != "bearer" or not credential:
            raise Unauthenticated("Send 'Authorization: Bearer' and an access token or an API key.")
        return await self._believe(b"bearer", credential, self._of_bearer)

    async def guest(self, cookie: str) -> Actor:
        """The actor of a browser's cookie; nobody for one that is not good, or no longer: browsers
        send theirs without being asked.
        """
        try:
            return await self._believe(b"cookie", cookie, self._of_cookie)
        except Unauthenticated:
            return NOBODY

    async def _believe(
        self, door: bytes, credential: str, examine: Callable[[str], Awaitable[_Belief]]
    ) -> Actor:
        mark = hashlib.sha256(door + b" " + credential.encode()).digest()
        belief = self._believed.get(mark)
        if belief is None or belief.good_until <= time.time():
            belief = self._believed[mark] = await self._examined(credential, examine)
        return belief.actor

    async def _examined(
        self, credential: str, examine: Callable[[str], Awaitable[_Belief]]
    ) -> _Belief:
        try:
            return await examine(credential)
        except Exception as error:
            raise refusal_of(error) or error from error

    async def _of_bearer(self, credential: str) -> _Belief:
        if credential.startswith("sr_"):
            return await self._of_key(tokens.KeyText.read(credential))
        proof = tokens.read(self._keyring, credential)
        actor, kind, _ = await self._of_session(proof.session_id)
        if actor.user_id != proof.user_id or kind is not SessionKind.CLIENT:
            raise Unauthenticated(tokens.ENDED)
        return _Belief(actor, proof.good_until)

    async def _of_cookie(self, cookie: str) -> _Belief:
        text = tokens.SessionText.read(self._keyring, cookie)
        actor, kind, secret_hash = await self._of_session(text.session_id)
        if kind is not SessionKind.BROWSER or not hmac.compare_digest(secret_hash, text.hash):
            raise Unauthenticated(tokens.ENDED)
        return _Belief(actor)

    async def _of_session(self, session_id: Id) -> tuple[Actor, SessionKind, bytes]:
        async with self._database.read() as connection:
            known = await credentials.actor_of_session(connection, session_id)
        if known is None:
            raise Unauthenticated(tokens.ENDED)
        return known

    async def _of_key(self, key: tokens.KeyText) -> _Belief:
        async with self._database.read() as connection:
            known = await credentials.actor_of_key(connection, key)
        if known is None or not hmac.compare_digest(known[1], key.secret_hash):
            raise Unauthenticated("The API key is not valid, or no longer.")
        return _Belief(known[0])
