"""Around every request: whom it is from, which way it takes, and what it leaves in the log."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport
from starlette.routing import Match, Route
from starlette.types import Message, Scope

from api.database import Database
from api.deps import Resources
from api.domain.accounts import tokens
from api.domain.keyring import Keyring, Lifetimes
from api.domain.scope import Scope as Caller
from api.main import create_app
from api.middleware.shortcut import Shortcut
from tests.conftest import SECRET, settings_for
from tests.faces import RestFace
from tests.factories import unique
from tests.sign_ins import session_of

ONE_REQUEST = """
import asyncio
import httpx2
from api import logs
from api.main import create_app
from api.settings import Settings

logs.configure({level!r})
app = create_app(Settings(_env_file=None, DATABASE_URL="postgresql://h/x", secret="s" * 32))

async def ask():
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop") as client:
        answer = await client.get({path!r}, headers={{"X-Request-Id": "visitor-77"}})
        print(answer.status_code)

asyncio.run(ask())
"""
ODD = """
import logging
import structlog
from api import logs

logs.configure("INFO")
structlog.get_logger("till").info("odd", number=2**70, text=chr(0xD800))
logging.getLogger("scales").warning("%s grams", 7)
"""


def run(script: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script], text=True, check=True, stdout=subprocess.PIPE, **options
    )


def lines(script: str) -> list[dict[str, Any]]:
    """What the script logged; the client that asks for it has lines of its own."""
    written = run(script, stderr=subprocess.PIPE).stderr.splitlines()
    return [line for line in map(json.loads, written) if line["logger"] != "httpx2"]


@pytest.fixture
async def trusting(database_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    """The shop, where what is learned of a credential is believed for a minute."""
    settings = settings_for(database_url).model_copy(update={"credential_cache_seconds": 60})
    app = create_app(settings)
    async with httpx2.AsyncClient(transport=ASGITransport(app=app), base_url="http://s") as client:
        yield client
    await app.state.resources.database.close()


async def a_user(rest: RestFace, scope: Caller) -> tuple[str, str]:
    """The id of a new user, and a token that is good for two seconds more."""
    name = unique("viewer")
    password = "correct horse battery"
    user = await rest.call(
        "create_user", email=f"{name}@example.com", name=name, role="VIEWER", password=password
    )
    brief = Keyring(SECRET.encode(), Lifetimes(access=2 - tokens.LEEWAY_SECONDS))
    return user["id"], tokens.sign(brief, user["id"], await session_of(scope, user["id"]))


async def test_a_token_ends_on_time_however_long_it_was_to_be_believed(
    trusting: httpx2.AsyncClient, rest: RestFace, scope: Caller
) -> None:
    _, token = await a_user(rest, scope)
    bearer = {"Authorization": f"Bearer {token}"}

    early = [(await trusting.get("/v1/me", headers=bearer)).status_code for _ in range(2)]
    await asyncio.sleep(2.1)
    late = await trusting.get("/v1/me", headers=bearer)

    assert (early, late.status_code) == ([200, 200], 401)


async def test_a_token_changed_in_one_letter_is_refused_though_the_other_is_believed(
    trusting: httpx2.AsyncClient, rest: RestFace, admin: str
) -> None:
    assert (await trusting.get("/v1/me", headers={"Authorization": admin})).status_code == 200
    middle = len(admin) // 2
    forged = admin[:middle] + ("A" if admin[middle] != "A" else "B") + admin[middle + 1 :]

    assert (await trusting.get("/v1/me", headers={"Authorization": forged})).status_code == 401


async def test_a_disabled_user_is_out_once_what_was_believed_is_old(
    database_url: str, rest: RestFace, scope: Caller
) -> None:
    settings = settings_for(database_url).model_copy(update={"credential_cache_seconds": 0.5})
    resources = Resources.of(settings)
    user_id, token = await a_user(rest, scope)
    try:
        assert (await resources.doorman.actor(f"Bearer {token}")).user_id == user_id
        await rest.call("disable_user", user_id=user_id)
        await asyncio.sleep(0.6)
        with pytest.raises(Exception, match="ended"):
            await resources.doorman.actor(f"Bearer {token}")
    finally:
        await resources.database.close()


async def test_a_connection_is_back_before_the_answer_begins(
    app: FastAPI, database: Database, admin: str
) -> None:
    held = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        held.append((message["type"], database.engine.pool.checkedout()))  # type: ignore[attr-defined]

    headers = [(b"host", b"shop"), (b"authorization", admin.encode())]
    scope: Scope = {"type": "http", "method": "GET", "path": "/v1/items", "headers": headers}
    scope.update(query_string=b"", server=("shop", 80), root_path="", scheme="http")
    await app(scope, receive, send)

    assert held == [("http.response.start", 0), ("http.response.body", 0)]


def test_the_shortcut_leads_where_the_router_would_have_gone(app: FastAPI) -> None:
    shortcut, *routes = app.router.routes
    assert isinstance(shortcut, Shortcut)
    led = 0
    for route in routes:
        if not isinstance(route, Route):
            continue
        for method in route.methods or ():
            path = route.path.replace("{", "").replace("}", "")
            scope = {"type": "http", "method": method, "path": path, "headers": []}
            long_way = next(r for r in routes if r.matches(scope)[0] is Match.FULL)
            match, found = shortcut.matches(scope)
            if match is Match.FULL:
                led += 1
                assert found["endpoint"] is long_way.matches(scope)[1]["endpoint"]
    assert led > 40


def test_a_request_is_one_line_of_json_with_the_callers_id() -> None:
    (line,) = lines(ONE_REQUEST.format(level="INFO", path="/v1/nowhere"))

    assert line.keys() == {
        *("event", "logger", "level", "timestamp"),
        *("trace_id", "method", "path", "status", "ms"),
    }
    assert (line["event"], line["logger"], line["level"]) == ("request", "access", "info")
    assert (line["method"], line["path"], line["status"]) == ("GET", "/v1/nowhere", 404)
    assert line["trace_id"] == "visitor-77"


@pytest.mark.parametrize(("level", "path"), [("INFO", "/healthz"), ("WARNING", "/v1/nowhere")])
def test_what_nobody_wants_to_read_is_not_written(level: str, path: str) -> None:
    assert lines(ONE_REQUEST.format(level=level, path=path)) == []


def test_odd_values_and_libraries_get_their_lines_too() -> None:
    odd, library = lines(ODD)

    assert odd["number"] == 2**70
    assert (library["event"], library["logger"], library["level"]) == (
        "7 grams",
        "scales",
        "warning",
    )


def test_a_log_that_nobody_reads_any_more_costs_no_request() -> None:
    gone = "import os, sys; r, w = os.pipe(); os.close(r); os.dup2(w, 2)\n"
    asked = run(gone + ONE_REQUEST.format(level="INFO", path="/v1/nowhere"))

    assert asked.stdout == "404\n"
