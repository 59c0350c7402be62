"""What a request may take: a place, time, and room on the wire."""

import asyncio
import gzip
import json
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from structlog.testing import capture_logs

from api.database import Database
from tests.edges.conftest import OpenShop, code_of
from tests.faces import RestFace
from tests.factories import an_item
from tests.serving import served

UPDATE = """mutation Rename($input: UpdateItemInput!) {
  updateItem(input: $input) { result { version } errors { code } }
}"""

KEY = {"name": "Till " * 30, "scopes": ["catalog:read", "orders:read"]}
CREATE_KEY = f"""mutation {{ createApiKey(input: {{
  name: "{"Till " * 30}", scopes: ["catalog:read", "orders:read"]
}}) {{ result {{ secret apiKey {{ id name scopes }} }} errors {{ code message }} }} }}"""


@asynccontextmanager
async def locked(database: Database, item: dict[str, Any]) -> AsyncIterator[None]:
    """Somebody holds the item's row while this lasts."""
    async with database.engine.connect() as connection:
        found = text("SELECT 1 FROM items WHERE sku = :sku FOR UPDATE")
        await connection.execute(found, {"sku": item["sku"]})
        yield
        await connection.rollback()


def renaming(face: str, item: dict[str, Any], admin: str) -> dict[str, Any]:
    """The request by which either face renames an item."""
    headers = {"Authorization": admin}
    if face == "rest":
        headers["If-Match"] = "*"
        body: dict[str, Any] = {"name": "Stool"}
        path, method = f"/v1/items/{item['id']}", "PATCH"
    else:
        made = {"itemId": item["id"], "name": "Stool", "expectedVersion": item["version"]}
        body = {"query": UPDATE, "variables": {"input": made}}
        path, method = "/graphql", "POST"
    return {"method": method, "url": path, "json": body, "headers": headers}


@pytest.mark.parametrize("face", ["rest", "graphql"])
async def test_what_takes_too_long_is_ended_and_leaves_nothing_running(
    open_shop: OpenShop, rest: RestFace, database: Database, admin: str, face: str
) -> None:
    item = await an_item(rest)
    async with open_shop(request_seconds=0.4, pool_size=1) as shop:
        await shop.get("/v1/me", headers={"Authorization": admin})
        async with locked(database, item):
            began = time.monotonic()
            answer = await shop.request(**renaming(face, item, admin))
            took = time.monotonic() - began
            waiting = await waiting_for_locks(database)
        after = await shop.request(**renaming(face, item, admin))

    assert (answer.status_code, code_of(answer)) == (503, "DEADLINE_EXCEEDED")
    assert answer.headers["retry-after"] == "1"
    assert took < 1.5
    assert waiting == 0
    assert after.status_code == 200, "the only connection of its pool is free again"
    assert (await rest.call("get_item", item_id=item["id"]))["version"] == 2


@pytest.mark.parametrize("face", ["rest", "graphql"])
async def test_b20_a_row_that_somebody_holds_does_not_take_the_pool_along(
    open_shop: OpenShop, rest: RestFace, database: Database, admin: str, face: str
) -> None:
    item = await an_item(rest)
    async with open_shop(lock_timeout_ms=500, pool_size=4) as shop:
        async with locked(database, item):
            began = time.monotonic()
            waiting = [
                asyncio.create_task(shop.request(**renaming(face, item, admin))) for _ in range(3)
            ]
            await asyncio.sleep(0.1)
            other = await shop.get("/v1/items?limit=1", headers={"Authorization": admin})
            done_by_then = [task.done() for task in waiting]
            answers = await asyncio.gather(*waiting)
            took = time.monotonic() - began
        after = await shop.request(**renaming(face, item, admin))

    assert (other.status_code, done_by_then) == (200, [False] * 3)
    assert [told(answer) for answer in answers] == ["BUSY"] * 3
    assert took < 2
    assert told(after) == ""


def told(answer: Any) -> str:
    """The code of a refusal, also of one that is data."""
    if answer.status_code == 200 and "data" in answer.json() and "errors" not in answer.json():
        errors = answer.json()["data"]["updateItem"]["errors"]
        return str(errors[0]["code"]) if errors else ""
    return "" if answer.is_success else code_of(answer)


@pytest.mark.parametrize("face", ["rest", "graphql"])
async def test_b21_who_hangs_up_leaves_no_statement_and_no_connection_behind(
    make_app: Callable[..., FastAPI], rest: RestFace, database: Database, admin: str, face: str
) -> None:
    item = await an_item(rest)
    app = make_app(statement_timeout_ms=800, lock_timeout_ms=60_000, pool_size=1)
    with served(app) as url:
        async with locked(database, item):
            async with httpx2.AsyncClient(base_url=url, timeout=0.4) as caller:
                with pytest.raises(httpx2.ReadTimeout):
                    await caller.request(**renaming(face, item, admin))
            waiting = await waiting_for_locks(database)
        async with httpx2.AsyncClient(base_url=url) as next_one:
            after = await next_one.request(**renaming(face, item, admin))

    assert waiting == 0
    assert told(after) == "", "the only connection of its pool is free again"


async def waiting_for_locks(database: Database) -> int:
    """How many statements still wait, once PostgreSQL has had a moment to end them."""
    asked = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event_type = 'Lock' AND query ILIKE '%FROM items%'"
    )
    for _ in range(50):
        async with database.read() as connection:
            found = int((await connection.execute(asked)).scalar_one())
        if found == 0:
            break
        await asyncio.sleep(0.02)
    return found


@pytest.mark.parametrize("path", ["/v1/items", "/graphql", "/v1/auth/token"])
def test_b91_a_body_of_a_byte_now_and_then_is_given_up(
    make_app: Callable[..., FastAPI], path: str
) -> None:
    kind = "application/x-www-form-urlencoded" if path.endswith("token") else "application/json"
    head = f"POST {path} HTTP/1.1\r\nHost: shop\r\nContent-Type: {kind}\r\nContent-Length: 99\r\n"
    with served(make_app(request_seconds=0.6)) as url:
        _, _, port = url.rpartition(":")
        with socket.create_connection(("127.0.0.1", int(port)), timeout=10) as line:
            line.sendall(head.encode() + b"\r\n")
            began = time.monotonic()
            for _ in range(3):
                line.sendall(b"{")
                time.sleep(0.1)
            told = b"".join(iter(lambda: line.recv(65_536), b"")).decode()  # until it is closed
            took = time.monotonic() - began

    status, _, body = told.partition("\r\n\r\n")
    assert status.startswith("HTTP/1.1 408")
    problem = json.loads(body)
    code = problem["errors"][0]["extensions"]["code"] if path == "/graphql" else problem["code"]
    assert code == "BODY_TOO_SLOW"
    assert took < 3


def test_a_large_body_over_a_poor_line_has_the_time_that_it_needs(
    make_app: Callable[..., FastAPI],
) -> None:
    size, step = 40_000, 8_000  # 16 KiB are a second more
    head = "POST /v1/items HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n"
    with served(make_app(request_seconds=0.6)) as url:
        _, _, port = url.rpartition(":")
        with socket.create_connection(("127.0.0.1", int(port)), timeout=10) as line:
            line.sendall(f"{head}Content-Length: {size}\r\nConnection: close\r\n\r\n".encode())
            for _ in range(size // step):
                line.sendall(b" " * step)
                time.sleep(0.25)
            told = b"".join(iter(lambda: line.recv(65_536), b"")).decode()

    assert told.startswith("HTTP/1.1 400"), told[:200]


async def test_one_request_too_many_is_told_so_at_once_and_probes_never(
    open_shop: OpenShop, rest: RestFace, database: Database, admin: str
) -> None:
    item = await an_item(rest)
    async with open_shop(max_running_requests=1) as shop, asyncio.TaskGroup() as tasks:
        async with locked(database, item):
            waits = tasks.create_task(shop.request(**renaming("rest", item, admin)))
            await asyncio.sleep(0.2)
            began = time.monotonic()
            refused = [
                await shop.get("/v1/me", headers={"Authorization": admin}),
                await shop.post("/graphql", json={"query": "{ __typename }"}),
            ]
            took = time.monotonic() - began
            probes = [await shop.get(path) for path in ("/healthz", "/readyz")]
        await waits
        later = await shop.get("/v1/me", headers={"Authorization": admin})

    assert [(it.status_code, code_of(it)) for it in refused] == [(503, "OVERLOADED")] * 2
    assert [it.headers["retry-after"] for it in refused] == ["1", "1"]
    assert took < 0.5
    assert [probe.status_code for probe in probes] == [200, 200]
    assert waits.result().status_code == 200
    assert later.status_code == 200


async def test_a_slow_request_is_one_warning_under_its_route_and_without_its_query(
    open_shop: OpenShop, rest: RestFace, admin: str
) -> None:
    item = await an_item(rest)
    asked = f"/v1/items/{item['id']}?fields=sku"
    headers = {"Authorization": admin}
    async with open_shop(slow_request_ms=0) as shop:
        with capture_logs() as logs:
            await shop.get(asked, headers=headers)
    async with open_shop(slow_request_ms=60_000) as shop:
        with capture_logs() as quiet:
            await shop.get(asked, headers=headers)

    [line] = [entry for entry in logs if entry["event"] == "request"]
    assert (line["log_level"], line["slow"]) == ("warning", True)
    assert line["route"] == "/v1/items/{item_id}"
    assert "fields" not in str(line)
    assert admin not in str(line)
    [line] = [entry for entry in quiet if entry["event"] == "request"]
    assert line["log_level"] == "info"


async def test_a_list_is_compressed_for_who_takes_it_and_a_secret_for_nobody(
    open_shop: OpenShop, rest: RestFace, admin: str
) -> None:
    for _ in range(3):
        await an_item(rest)
    headers = {"Authorization": admin}
    async with open_shop(gzip_minimum_bytes=100) as shop:
        plain = await shop.get("/v1/items", headers=headers | {"Accept-Encoding": "gzip;q=0"})
        async with shop.stream("GET", "/v1/items", headers=headers) as answer:
            raw = b"".join([piece async for piece in answer.aiter_raw()])
        small = await shop.get("/healthz", headers=headers)
        secrets = [
            await shop.post("/v1/api-keys", json=KEY, headers=headers),
            await shop.post("/graphql", json={"query": CREATE_KEY}, headers=headers),
        ]

    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content
    assert len(raw) < len(plain.content) / 2
    for it in (answer, plain):
        assert "Accept-Encoding" in it.headers["vary"]
    assert "content-encoding" not in plain.headers
    assert "content-encoding" not in small.headers
    for secret in secrets:
        assert "sr_" in secret.text
        assert "content-encoding" not in secret.headers
        assert secret.headers["cache-control"] == "no-store"
