"""All that either face takes from a request."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection
from starlette.types import Scope as Asgi

from api import browsers
from api.auth import Doorman
from api.budgets import STANDING, Budget, Budgets, OwnPurses, Purses, Standing, refusal_of
from api.counting import counters_of
from api.database import Database
from api.domain.actors import NOBODY, Actor
from api.domain.errors import BadRequest, Unauthenticated
from api.domain.keyring import Keyring, Lifetimes
from api.domain.passwords import Passwords
from api.domain.scope import Scope
from api.domain.surroundings import Surroundings
from api.domain.weights import COMMAND_COST
from api.errands import Errands
from api.files import StoredFiles
from api.mail import PostOffice
from api.middleware.closing import close_with, leave_due
from api.peers import peer_of
from api.settings import Settings
from api.shelves import shelf_of

SHORTEST_SECRET = 32
SAID = "stockroom.said"
"""Where a socket's connection keeps the credentials that its first message brought."""


@dataclass(frozen=True)
class Resources:
    """What lives as long as the process does."""

    settings: Settings
    database: Database
    keyring: Keyring
    doorman: Doorman
    surroundings: Surroundings
    errands: Errands
    budgets: Budgets

    @classmethod
    def of(cls, settings: Settings) -> "Resources":
        """The resources of one process; nothing is connected yet."""
        if len(settings.secret_bytes) < SHORTEST_SECRET:
            raise ValueError(f"STOCKROOM_SECRET must have {SHORTEST_SECRET} characters or more")
        database = Database(settings)
        keyring = Keyring(settings.secret_bytes, _lifetimes(settings))
        doorman = Doorman(database, keyring, settings.credential_cache_seconds)
        surroundings = Surroundings(
            PostOffice.of(settings),
            counters_of(settings.redis_address),
            shelf_of(settings),
            sign_in=settings.sign_in_throttle,
            mailing=settings.mailing_throttle,
            files=StoredFiles.of(settings),
            keys_kept=timedelta(hours=settings.idempotency_hours),
            passwords=Passwords(settings.password_kibibytes, settings.password_passes),
        )
        budgets = _budgets(settings)
        return cls(settings, database, keyring, doorman, surroundings, Errands(), budgets)

    async def close(self) -> None:
        """End what is under way, and give back what is held."""
        await self.errands.finish()
        await self.database.close()
        await self.budgets.close()
        await self.surroundings.counters.close()
        await self.surroundings.shelf.close()


def _budgets(settings: Settings) -> Budgets:
    """The budgets; what Redis needs is loaded only where there is one."""
    seconds = settings.rate_limit_seconds
    purses: Purses = OwnPurses(seconds)
    if settings.redis_address:
        from api.shared_purses import SharedPurses

        purses = SharedPurses(settings.redis_address, purses)
    known = Budget(settings.rate_limit_points, seconds)
    return Budgets(known, Budget(settings.rate_limit_points_anonymous, seconds), purses)


def _lifetimes(settings: Settings) -> Lifetimes:
    return Lifetimes(
        access=settings.access_token_minutes * 60,
        refresh=settings.refresh_token_days * 86_400,
        grace=settings.refresh_grace_seconds,
        browser=settings.browser_session_hours * 3600,
    )


def resources_of(connection: HTTPConnection) -> Resources:
    """The process's resources, which the application carries."""
    return cast("Resources", connection.app.state.resources)


class OpenScope:
    """A scope for the caller, for as long as this lasts."""

    _scope: Scope

    def __init__(self, connection: HTTPConnection) -> None:
        self._connection = connection

    async def __aenter__(self) -> Scope:
        self._scope = await _scope_of(self._connection)
        return self._scope

    async def __aexit__(self, *_: object) -> None:
        scope, connection = self._scope, self._connection
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
    try:
        actor = await caller_of(connection)
    except Unauthenticated:
        await _charge(connection.scope, None, COMMAND_COST)
        raise
    return Scope(
        resources.database,
        actor,
        resources.keyring,
        trace_id=connection.scope.get("trace_id", ""),
        network=peer_of(connection.scope),
        surroundings=resources.surroundings,
    )


async def caller_of(connection: HTTPConnection) -> Actor:
    """Who sends a request: by `Authorization`, else by what a socket said when it was opened, else
    by a browser's cookie, else nobody.
    """
    authorization = cookies = None
    for name, value in connection.scope["headers"]:
        if name == b"authorization":
            if authorization is not None:
                raise BadRequest("Header sent twice: Authorization.")
            authorization = value.decode("latin-1")
        elif name == b"cookie":
            cookies = value.decode("latin-1")
    if authorization is None:
        authorization = connection.scope.get(SAID)
    resources = resources_of(connection)
    if authorization is not None or cookies is None:
        return await resources.doorman.actor(authorization)
    return await _guest(resources, connection.scope, cookies)


async def _guest(resources: Resources, scope: Asgi, cookies: str) -> Actor:
    secret = cookies_of(scope).secret(cookies)
    actor = await resources.doorman.guest(secret) if secret else NOBODY
    if actor.session_id is not None:
        settings = resources.settings
        friends = settings.allowed_origins if settings.cross_origin_cookies else ()
        browsers.judge(scope, resources.keyring, actor.session_id, friends)
    return actor


def cookies_of(scope: Asgi) -> browsers.Cookies:
    """The names and the rules of cookies on this connection."""
    settings: Settings = scope["app"].state.resources.settings
    return browsers.Cookies.of(scope, production=settings.production)


async def charge(connection: Asgi, caller: Scope, cost: int) -> Standing | None:
    """Take what a request costs from its caller's budget, and remember what is left for the answer;
    raises RateLimited.
    """
    return await _charge(connection, caller.actor.user_id, cost)


async def _charge(connection: Asgi, user: str | None, cost: int) -> Standing | None:
    budgets: Budgets = connection["app"].state.resources.budgets
    standing = await budgets.spend(user, peer_of(connection), cost)
    if standing is not None:
        connection[STANDING] = standing
        if standing.wait:
            raise refusal_of(standing, cost)
    return standing


async def charged_scope_of(connection: HTTPConnection) -> Scope:
    """The caller's scope, for a request that FastAPI answers; a form was paid for when it came."""
    scope = await scope_of(connection)
    if STANDING not in connection.scope:
        await charge(connection.scope, scope, COMMAND_COST)
    return scope


ScopeDep = Annotated[Scope, Depends(charged_scope_of)]
