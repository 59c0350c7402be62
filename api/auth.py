"""Credentials to `Actor`: here, and nowhere else, for both faces and the explorer."""

import hashlib
import hmac
import math
import re
import time
from dataclasses import dataclass

from cachetools import TTLCache

from api.database import Database
from api.domain.accounts import credentials, tokens
from api.domain.actors import NOBODY, Actor
from api.domain.errors import Unauthenticated
from api.domain.keyring import Keyring
from api.domain.sqlstates import refusal_of

_USER = re.compile("user_[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class _Belief:
    """Whom a credential was found to stand for, and when it ends by itself."""

    actor: Actor
    good_until: float = math.inf


class Doorman:
    """Tells who sends a request; what it learned of a credential it believes for a few seconds."""

    def __init__(self, database: Database, keyring: Keyring, cache_seconds: float) -> None:
        self._database, self._keyring = database, keyring
        # By the credential's hash: a secret is not kept longer than its request.
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
        mark = hashlib.sha256(credential.encode()).digest()
        belief = self._believed.get(mark)
        if belief is None or belief.good_until <= time.time():
            belief = self._believed[mark] = await self._examined(credential)
        return belief.actor

    async def _examined(self, credential: str) -> _Belief:
        try:
            if credential.startswith("sr_"):
                return await self._of_key(tokens.KeyText.read(credential))
            return await self._of_token(credential)
        except Exception as error:
            raise refusal_of(error) or error from error

    async def _of_token(self, token: str) -> _Belief:
        proof = tokens.read(self._keyring, token)
        if not _USER.fullmatch(proof.user_id):
            raise Unauthenticated("The access token names no user.")
        async with self._database.read() as connection:
            actor = await credentials.actor_of_user(connection, proof.user_id)
        if actor is None:
            raise Unauthenticated("The user of this token is not there, or disabled.")
        return _Belief(actor, proof.good_until)

    async def _of_key(self, key: tokens.KeyText) -> _Belief:
        async with self._database.read() as connection:
            known = await credentials.actor_of_key(connection, key)
        if known is None or not hmac.compare_digest(known[1], key.secret_hash):
            raise Unauthenticated("The API key is not valid, or no longer.")
        return _Belief(known[0])
