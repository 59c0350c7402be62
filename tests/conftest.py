"""A real PostgreSQL, one migrated database a worker, and the shop behind both doors.

Nothing is rolled back: tests make their own things under names of their own, and the books of a
worker's database are audited when its tests are done.
"""

import asyncio
import atexit
import gc
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from typing import cast
from uuid import uuid4

import httpx2
import pytest
from asyncpg import Record
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import event, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from api import embedded, migrating
from api.database import Database
from api.domain.accounts import service as accounts
from api.domain.accounts.commands import CreateUser
from api.domain.actors import PERMISSIONS, SYSTEM, Actor, Role
from api.domain.books import audit
from api.domain.fields import Id
from api.domain.keyring import Keyring, Lifetimes
from api.domain.passwords import USUAL, Passwords
from api.domain.scope import Scope
from api.domain.statements import Driver, Statement, Values
from api.domain.surroundings import ALONE
from api.main import create_app
from api.settings import Settings
from tests.faces import Face, GraphQLFace, RestFace
from tests.redis_server import Redis
from tests.sign_ins import bearer_of

SERVER = "STOCKROOM_TEST_SERVER"
TEMPLATE = "stockroom_template"
SECRET = "a secret of thirty-two characters, or more"
LASTING = Lifetimes(access=3600)  # a slow run must not outlast its credentials
CHEAP = Passwords(8, 1)
"""What a guess costs where guessing is not what is tested."""
DATA = Path(tempfile.mkdtemp(prefix="stockroom-tests-data-"))
"""Where the shops of this process keep what is not in a database, letters for one."""
atexit.register(rmtree, DATA, ignore_errors=True)


async def create_database(server: str, name: str, template: str | None = None) -> str:
    """A database on the server, new; gives its address."""
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        copy = f" TEMPLATE {template}" if template else ""
        await connection.execute(text(f"CREATE DATABASE {name}{copy}"))
    await engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def pytest_sessionstart() -> None:
    """Look for garbage as seldom as the server does."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def pytest_configure(config: pytest.Config) -> None:
    """Start one server for all workers, with one migrated database to copy."""
    if hasattr(config, "workerinput"):
        return
    folder = tempfile.TemporaryDirectory(prefix="stockroom-tests-", ignore_cleanup_errors=True)
    config.add_cleanup(folder.cleanup)
    server = embedded.start(Path(folder.name), durable=False)
    config.add_cleanup(server.stop)
    os.environ[SERVER] = server.superuser_url

    async def prepare() -> None:
        await migrating.upgrade(await create_database(server.superuser_url, TEMPLATE))

    asyncio.run(prepare())


DEAR = {"benchmarks", "browser", "clients", "faults", "hostile"}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that no worker is left with it when the other is done."""
    items.sort(key=lambda item: DEAR.isdisjoint(item.path.parts))


@pytest.fixture(scope="session")
def server() -> str:
    """The address of the PostgreSQL that these tests run on."""
    return os.environ[SERVER]


@pytest.fixture(scope="session")
async def database_url(server: str, worker_id: str) -> str:
    """This worker's database."""
    return await create_database(server, f"shop_{worker_id}", TEMPLATE)


@pytest.fixture
async def own_database_url(server: str) -> str:
    """A migrated database for one test alone, which it may spoil."""
    return await create_database(server, f"own_{uuid4().hex}", TEMPLATE)


def settings_for(url: str) -> Settings:
    """The settings of a shop on this database, where a change of credentials counts at once."""
    return Settings(
        _env_file=None,
        DATABASE_URL=url,
        secret=SecretStr(SECRET),
        access_token_minutes=60,  # a slow run must not outlast them
        credential_cache_seconds=0,
        password_kibibytes=CHEAP.kibibytes,
        password_passes=CHEAP.passes,
        data_dir=DATA,
        pool_size=10,
        rate_limit_points=0,
        rate_limit_points_anonymous=0,
        sign_in_tries_per_network=1_000_000,  # all tests come from one
        letters_per_network=1_000_000,
    )


@pytest.fixture(scope="session")
def settings(database_url: str) -> Settings:
    return settings_for(database_url)


@pytest.fixture(scope="session")
def app(settings: Settings) -> FastAPI:
    """The application as it is served."""
    return create_app(settings)


@pytest.fixture(scope="session")
async def database(app: FastAPI) -> AsyncIterator[Database]:
    """The application's own pool."""
    database = cast("Database", app.state.resources.database)
    yield database
    async with database.read() as connection:
        differences = await audit(connection)
    await database.close()
    assert differences == [], "after all these tests the books do not agree"


@pytest.fixture(scope="session")
async def client(app: FastAPI, database: Database) -> AsyncIterator[httpx2.AsyncClient]:
    """HTTP into the application; a fault of ours is a 500, as it is for anyone."""
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop") as client:
        yield client


@pytest.fixture
async def earnest_app(settings: Settings) -> AsyncIterator[FastAPI]:
    """A shop in which a guess at a password is as dear as anywhere."""
    dear = {"password_kibibytes": USUAL.kibibytes, "password_passes": USUAL.passes}
    app = create_app(settings.model_copy(update=dear))
    yield app
    await app.state.resources.close()


@pytest.fixture
async def earnest(earnest_app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """HTTP into that shop."""
    transport = httpx2.ASGITransport(app=earnest_app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop") as client:
        yield client


MakeScope = Callable[..., Scope]


@pytest.fixture
async def scope_of(database: Database) -> AsyncIterator[MakeScope]:
    """Makes scopes of a role, without a login: for tests of the domain."""
    made: list[Scope] = []

    def make(role: Role | None = None, *, customer_id: Id | None = None) -> Scope:
        actor = SYSTEM if role is None else Actor(None, role, PERMISSIONS[role], customer_id)
        made.append(Scope(database, actor, Keyring(SECRET.encode(), LASTING)))
        return made[-1]

    yield make
    for scope in made:
        await scope.close()


@pytest.fixture
def scope(scope_of: MakeScope) -> Scope:
    """A scope that may do everything."""
    return scope_of()


SignIn = Callable[..., Awaitable[str]]


async def hired(database: Database, role: Role, customer_id: Id | None = None) -> str:
    """The `Authorization` of a new user."""
    name = uuid4().hex
    command = CreateUser(
        email=f"{name}@example.com",
        name=f"{role.title()} {name[:6]}",
        role=role,
        password=SecretStr("correct horse battery"),
        customer_id=customer_id,
    )
    lent = replace(ALONE, passwords=CHEAP)
    scope = Scope(database, SYSTEM, Keyring(SECRET.encode(), LASTING), surroundings=lent)
    user = await scope.run(accounts.create_user, command)
    bearer = await bearer_of(scope, user.id)
    await scope.close()
    return bearer


@pytest.fixture(scope="session")
def sign_in(database: Database) -> SignIn:
    """Makes a user of a role and gives the `Authorization` that it would send."""

    async def make(role: Role, *, customer_id: Id | None = None) -> str:
        return await hired(database, role, customer_id)

    return make


async def an_admin(database: Database) -> str:
    """The `Authorization` of a new administrator."""
    return await hired(database, Role.ADMIN)


@pytest.fixture(scope="session")
async def admin(database: Database) -> str:
    """The `Authorization` of an administrator."""
    return await an_admin(database)


@pytest.fixture(scope="session")
def rest(client: httpx2.AsyncClient, app: FastAPI, admin: str) -> RestFace:
    """The shop over REST, for an administrator."""
    return RestFace(client, app.openapi(), admin)


@pytest.fixture(scope="session")
def graphql(client: httpx2.AsyncClient, admin: str) -> GraphQLFace:
    """The shop over GraphQL, for an administrator."""
    return GraphQLFace(client, admin)


@pytest.fixture(params=["rest", "graphql"])
def face(request: pytest.FixtureRequest, rest: RestFace, graphql: GraphQLFace) -> Face:
    """Either door: a test that takes it runs twice."""
    return rest if request.param == "rest" else graphql


@contextmanager
def sent_to(database: Database) -> Iterator[list[str]]:
    """The SQL that is sent while this lasts, through SQLAlchemy and by the driver."""
    sent: list[str] = []
    engine, run = database.engine.sync_engine, Statement.run

    def by_sqlalchemy(_c: object, _cur: object, statement: str, *_: object) -> None:
        sent.append(statement)

    async def by_driver(self: Statement, driver: Driver, values: Values) -> list[Record]:
        sent.append(self.sql)
        return await run(self, driver, values)

    event.listen(engine, "before_cursor_execute", by_sqlalchemy)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Statement, "run", by_driver)
        yield sent
    event.remove(engine, "before_cursor_execute", by_sqlalchemy)


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """The SQL that was sent while the test held this."""
    with sent_to(database) as sent:
        yield sent


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    """A Redis for one test."""
    redis = Redis(tmp_path)
    redis.start()
    yield redis
    redis.stop()
