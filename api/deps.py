"""All that either face takes from a request."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from api.auth import Doorman
from api.database import Database
from api.domain.keyring import Keyring
from api.domain.scope import Scope
from api.middleware.closing import close_with
from api.settings import Settings

SHORTEST_SECRET = 32


@dataclass(frozen=True)
class Resources:
    """What lives as long as the process does."""

    settings: Settings
    database: Database
    keyring: Keyring
    doorman: Doorman

    @classmethod
    def of(cls, settings: Settings) -> "Resources":
        """The resources of one process; nothing is connected yet."""
        if len(settings.secret_bytes) < SHORTEST_SECRET:
            raise ValueError(f"STOCKROOM_SECRET must have {SHORTEST_SECRET} characters or more")
        database = Database(settings)
        keyring = Keyring(settings.secret_bytes, settings.access_token_minutes * 60)
        doorman = Doorman(database, keyring, settings.credential_cache_seconds)
        return cls(settings, database, keyring, doorman)


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
    return Scope(resources.database, actor, resources.keyring, connection.scope.get("trace_id", ""))


def _authorization(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    for name, value in headers:
        if name == b"authorization":
            return value.decode("latin-1")
    return None


ScopeDep = Annotated[Scope, Depends(scope_of)]
