"""Credentials to `Actor`: here, and nowhere else, for both faces and the explorer."""

import hmac
import re

from cachetools import TTLCache

from api.database import Database
from api.domain.accounts import credentials, tokens
from api.domain.actors import NOBODY, Actor
from api.domain.errors import Unauthenticated
from api.domain.keyring import Keyring
from api.domain.sqlstates import refusal_of

_USER = re.compile("user_[0-9a-f]{32}")


class Doorman:
    """Tells who sends a request; what it learned of somebody it believes for a few seconds."""

    def __init__(self, database: Database, keyring: Keyring, cache_seconds: float) -> None:
        self._database, self._keyring = database, keyring
        self._users: TTLCache[str, Actor] = TTLCache(10_000, cache_seconds)
        self._keys: TTLCache[str, tuple[Actor, bytes]] = TTLCache(10_000, cache_seconds)

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
        try:
            if credential.startswith("sr_"):
                return await self._of_key(tokens.KeyText.read(credential))
            return await self._of_token(credential)
        except Exception as error:
            raise refusal_of(error) or error from error

    async def _of_token(self, token: str) -> Actor:
        user_id = tokens.subject_of(self._keyring, token)
        if not _USER.fullmatch(user_id):
            raise Unauthenticated("The access token names no user.")
        actor = self._users.get(user_id)
        if actor is None:
            async with self._database.read() as connection:
                actor = await credentials.actor_of_user(connection, user_id)
            if actor is None:
                raise Unauthenticated("The user of this token is not there, or disabled.")
            self._users[user_id] = actor
        return actor

    async def _of_key(self, key: tokens.KeyText) -> Actor:
        known = self._keys.get(key.prefix)
        if known is None:
            async with self._database.read() as connection:
                known = await credentials.actor_of_key(connection, key)
            if known is not None:
                self._keys[key.prefix] = known
        if known is None or not hmac.compare_digest(known[1], key.secret_hash):
            raise Unauthenticated("The API key is not valid, or no longer.")
        return known[0]
