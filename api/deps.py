"""All that either face takes from a request."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from api.auth import Doorman
from api.counting import counters_of
from api.database import Database
from api.domain.keyring import Keyring
from api.domain.scope import Scope
from api.domain.surroundings import Surroundings
from api.errands import Errands
from api.mail import PostOffice
from api.middleware.closing import close_with, leave_due
from api.peers import peer_of
from api.settings import Settings

SHORTEST_SECRET = 32


@dataclass(frozen=True)
class Resources:
    """What lives as long as the process does."""

    settings: Settings
    database: Database
    keyring: Keyring
    doorman: Doorman
    surroundings: Surroundings
    errands: Errands

    @classmethod
    def of(cls, settings: Settings) -> "Resources":
        """The resources of one process; nothing is connected yet."""
        if len(settings.secret_bytes) < SHORTEST_SECRET:
            raise ValueError(f"STOCKROOM_SECRET must have {SHORTEST_SECRET} characters or more")
        database = Database(settings)
        keyring = Keyring(settings.secret_bytes, settings.access_token_minutes * 60)
        doorman = Doorman(database, keyring, settings.credential_cache_seconds)
        surroundings = Surroundings(
            PostOffice.of(settings),
            counters_of(settings.redis_address),
            sign_in=settings.sign_in_throttle,
            mailing=settings.mailing_throttle,
        )
        return cls(settings, database, keyring, doorman, surroundings, Errands())

    async def close(self) -> None:
        """End what is under way, and give back what is held."""
        await self.errands.finish()
        await self.database.close()


def resources_of(connection: HTTPConnection) -> Resources:
    """The process's resources, which the application carries."""
    return cast("Resources", connection.app.state.resources)


async def open_scope(connection: HTTPConnection) -> AsyncIterator[Scope]:
    """A scope for the caller, for as long as this lasts."""
    scope = await _scope_of(connection)
    try:
        yield scope
    finally:
        await scope.close()
        if connection.scope["type"] == "http":
            leave_due(connection.scope, scope.due)
        elif scope.due:  # a socket has no end to wait for
            resources_of(connection).errands.start(scope.due, scope.trace_id)


async def scope_of(connection: HTTPConnection) -> Scope:
    """The caller's scope, which the request closes: a generator FastAPI would wrap in exit stacks
    and cancel scopes.
    """
    scope = await _scope_of(connection)
    close_with(connection.scope, scope)
    return scope


async def _scope_of(connection: HTTPConnection) -> Scope:
    resources = resources_of(connection)
    actor = await resources.doorman.actor(_authorization(connection.scope["headers"]))
    return Scope(
        resources.database,
        actor,
        resources.keyring,
        trace_id=connection.scope.get("trace_id", ""),
        network=peer_of(connection.scope),
        surroundings=resources.surroundings,
    )


def _authorization(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    for name, value in headers:
        if name == b"authorization":
            return value.decode("latin-1")
    return None


ScopeDep = Annotated[Scope, Depends(scope_of)]
