"""Whatever is sent to the shop, it costs little: no body keeps others waiting."""

import asyncio
import gc
import time
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from tests.attacks.bodies import MIB, bodies

CPU_SECONDS = 0.25  # 0.1 on a machine of one's own: see the benchmark `attack`
STATEMENTS = 50


@pytest.fixture
def unswept() -> Iterator[None]:
    """No pause of the garbage collector is blamed on an attack."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


async def cpu_seconds(app: FastAPI, authorization: str, body: bytes) -> tuple[float, int]:
    """What a request costs this process, and its status."""
    sent: list[dict[str, Any]] = []
    received = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Any:
        for message in received:
            return message
        return await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "server": ("shop", 80),
        "client": ("127.0.0.1", 1),
        "headers": [
            (b"host", b"shop"),
            (b"content-type", b"application/json"),
            (b"authorization", authorization.encode()),
        ],
    }
    started = time.process_time()
    await app(scope, receive, send)
    return time.process_time() - started, sent[0]["status"]


@pytest.mark.usefixtures("unswept")
async def test_b67_no_body_of_a_mebibyte_costs_much_or_breaks_anything(
    app: FastAPI, admin: str, statements: list[str]
) -> None:
    dear, broken, talkative = {}, {}, {}
    for name, body in bodies():
        assert len(body) <= MIB, name
        tries = []
        for _ in range(2):
            statements.clear()
            seconds, status = await cpu_seconds(app, admin, body)
            tries.append(seconds)
            if status >= 500:
                broken[name] = status
            if len(statements) > STATEMENTS:
                talkative[name] = len(statements)
        if min(tries) > CPU_SECONDS:
            dear[name] = min(tries)

    assert (broken, talkative, dear) == ({}, {}, {})
