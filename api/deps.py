"""All that either face takes from a request."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from api.auth import Doorman
from api.database import Database
from api.domain.keyring import Keyring
from api.domain.scope import Scope
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
    """The caller's scope; its read connection goes back before the answer is written."""
    resources = resources_of(connection)
    actor = await resources.doorman.actor(connection.headers.get("authorization"))
    trace_id = connection.scope.get("trace_id", "")
    scope = Scope(resources.database, actor, resources.keyring, trace_id)
    try:
        yield scope
    finally:
        await scope.close()


ScopeDep = Annotated[Scope, Depends(open_scope, scope="function")]
