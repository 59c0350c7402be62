"""Connections and credentials: nothing is held that is not used, nothing believed for long."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport
from pydantic import SecretStr
from sqlalchemy import text

from api.database import Database
from api.deps import Resources
from api.domain.actors import SYSTEM, Permission, Role
from api.domain.errors import Unavailable
from api.domain.keyring import Keyring
from api.domain.operations import OPERATIONS, Key, Kind, Operation
from api.domain.scope import Scope
from api.main import create_app
from api.settings import Settings
from tests.conftest import SECRET, SignIn, settings_for
from tests.faces import RestFace
from tests.factories import a_category, an_item, unique
from tests.kernel.sockets import Socket

_CLOCK = Operation[datetime](
    "read_clock", Kind.QUERY, Permission.CATALOG_READ, Key.REFUSED, False, Scope.now
)


@pytest.fixture
async def forgetful(database_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    """The shop, where what is learned of a credential is believed for half a second."""
    settings = settings_for(database_url).model_copy(update={"credential_cache_seconds": 0.5})
    app = create_app(settings)
    async with httpx2.AsyncClient(transport=ASGITransport(app=app), base_url="http://s") as client:
        yield client
    await app.state.resources.database.close()


async def test_a_revoked_key_is_out_though_it_never_stops_knocking(
    forgetful: httpx2.AsyncClient, rest: RestFace
) -> None:
    made = await rest.call("create_api_key", name="Till", scopes=["catalog:read"])
    bearer = {"Authorization": f"Bearer {made['secret']}"}
    assert (await forgetful.get("/v1/items?limit=1", headers=bearer)).status_code == 200

    await rest.call("revoke_api_key", api_key_id=made["api_key"]["id"])
    statuses = []
    for _ in range(20):
        await asyncio.sleep(0.1)
        statuses.append((await forgetful.get("/v1/items?limit=1", headers=bearer)).status_code)

    assert statuses[-1] == 401


async def test_a_refused_link_leaves_its_siblings_and_the_pool_alone(
    client: httpx2.AsyncClient, rest: RestFace, sign_in: SignIn, database: Database
) -> None:
    category = await a_category(rest)
    for _ in range(3):
        await an_item(rest, category_id=category["id"])
    where = f'where: {{categoryId: {{eq: "{category["id"]}"}}}}'
    query = f"""{{
        a: items({where}) {{ nodes {{ stockLevels {{ id }} category {{ id }} }} }}
        b: items({where}) {{ nodes {{ category {{ id parent {{ id }} }} }} }}
    }}"""
    customer = {"Authorization": await sign_in(Role.CUSTOMER)}

    sent = [client.post("/graphql", json={"query": query}, headers=customer) for _ in range(20)]
    answers = [answer.json() for answer in await asyncio.gather(*sent)]

    for answer in answers:
        nodes = [node["category"]["id"] for node in answer["data"]["b"]["nodes"]]
        assert nodes == [category["id"]] * 3
        assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}
    assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


async def test_nobody_holds_a_connection_while_a_password_is_hashed(
    earnest: httpx2.AsyncClient, earnest_app: FastAPI
) -> None:
    database: Database = earnest_app.state.resources.database
    password = "wrong horse battery"
    forms = [{"username": f"nobody{n}@example.com", "password": password} for n in range(60)]
    logins = [asyncio.create_task(earnest.post("/v1/auth/token", data=form)) for form in forms]
    held = []
    while not all(login.done() for login in logins):
        held.append(database.engine.pool.checkedout())  # type: ignore[attr-defined]
        await asyncio.sleep(0.005)

    assert {login.result().status_code for login in logins} == {401}
    assert held.count(0) > len(held) / 2


@pytest.mark.parametrize("is_cancelled", [False, True])
async def test_a_backend_that_hangs_is_given_up_and_replaced(
    own_database_url: str, monkeypatch: pytest.MonkeyPatch, is_cancelled: bool
) -> None:
    monkeypatch.setattr("api.database.GRACE", 0.3)
    lonely = {"pool_size": 1, "statement_timeout_ms": 200}
    database = Database(settings_for(own_database_url).model_copy(update=lonely))
    scope = Scope(database, SYSTEM, Keyring(SECRET.encode()))
    async with database.read() as connection:
        pid = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()

    os.kill(pid, signal.SIGSTOP)
    try:
        async with asyncio.timeout(5):
            stuck = asyncio.create_task(scope.run(_CLOCK))
            await asyncio.sleep(0.1)
            if is_cancelled:
                stuck.cancel()
            with pytest.raises(asyncio.CancelledError if is_cancelled else Unavailable):
                await stuck
            await scope.close()
            await asyncio.sleep(1)  # until the cancellation is given up too
            scope = Scope(database, SYSTEM, scope.keyring)
            assert await scope.run(_CLOCK)
    finally:
        os.kill(pid, signal.SIGCONT)
    await scope.close()
    await database.close()


async def test_each_operation_of_a_socket_sees_the_shop_as_it_is(
    app: FastAPI, rest: RestFace, database: Database, admin: str
) -> None:
    item = await an_item(rest)
    async with Socket(app, admin) as socket:
        query = f'{{ node(id: "{item["id"]}") {{ ... on Item {{ name }} }} }}'
        before = await socket.ask(query)
        assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        await rest.call("update_item", item_id=item["id"], name="Ash chair", expected_version=1)
        after = await socket.ask(query)

    assert before["data"]["node"] == {"name": "Oak chair"}
    assert after["data"]["node"] == {"name": "Ash chair"}


async def test_an_open_socket_is_of_no_use_to_a_disabled_user(app: FastAPI, rest: RestFace) -> None:
    password = "correct horse battery"
    email = f"{unique('viewer')}@example.com"
    user = await rest.call(
        "create_user", email=email, name="Vi Ewer", role="VIEWER", password=password
    )
    token = await rest.signed_in(None).call("issue_token", email=email, password=password)
    async with Socket(app, f"Bearer {token['access_token']}") as socket:
        first = await socket.ask("{ me { user { email } } }")
        await rest.call("disable_user", user_id=user["id"])
        second = await socket.ask("{ me { user { email } } }")

    assert first["data"]["me"]["user"]["email"] == email
    assert second[0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/categories", {"name": "Chairs"}),
        ("/v1/items", {"name": "Chair"}),
        ("/v1/locations", {"name": "Depot"}),
        ("/v1/customers", {"name": "Alder & Sons"}),
        ("/v1/stock/receive", {"quantity": 3}),
        ("/v1/orders", {}),
    ],
)
async def test_a_new_thing_is_where_its_location_says(
    client: httpx2.AsyncClient, rest: RestFace, admin: str, path: str, body: dict[str, Any]
) -> None:
    item = await an_item(rest)
    place = await rest.call("create_location", code=unique("L"), name="Depot")
    shelf = {"item_id": item["id"], "location_id": place["id"]}
    await rest.call("receive_stock", **shelf, quantity=9, key=unique("key"))
    more: dict[str, dict[str, Any]] = {
        "/v1/categories": {"slug": unique("chairs").lower()},
        "/v1/items": {"sku": unique("CHAIR")},
        "/v1/locations": {"code": unique("L")},
        "/v1/stock/receive": shelf,
        "/v1/orders": {"lines": [{"item_id": item["id"], "quantity": 1}]},
    }
    headers = {"Authorization": admin, "Idempotency-Key": unique("key")}

    made = await client.post(path, json=body | more.get(path, {}), headers=headers)
    found = await client.get(made.headers["location"], headers={"Authorization": admin})

    assert made.status_code == 201
    assert found.json() == made.json()


def test_no_command_with_a_secret_is_kept_under_a_key() -> None:
    secretive = {
        name
        for name, entry in OPERATIONS.items()
        if entry.command
        and any("SecretStr" in str(field) for field in entry.command.model_fields.values())
    }

    assert secretive >= {"issue_token", "create_user", "register", "reset_password"}
    assert {OPERATIONS[name].key for name in secretive} == {Key.REFUSED}


@pytest.mark.parametrize("secret", ["", "short", "x" * 31])
def test_nobody_signs_with_a_secret_that_can_be_guessed(secret: str) -> None:
    settings = Settings(_env_file=None, DATABASE_URL="postgresql://h/x", secret=SecretStr(secret))

    with pytest.raises(ValueError, match="STOCKROOM_SECRET"):
        Resources.of(settings)
