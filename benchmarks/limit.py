"""The limit: bare ASGI and asyncpg, and one statement with which PostgreSQL writes the answer."""

import gc
import os
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import orjson

STATEMENT = os.environ.get("BENCHMARK_STATEMENT", "")
TAKES_ID = "$1" in STATEMENT
HEADERS = [(b"content-type", b"application/json")]

pools: "list[asyncpg.Pool[asyncpg.Record]]" = []


async def app(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Answer every request with what the statement says, of the id in a body's `variables`."""
    if scope["type"] == "lifespan":
        return await _live(receive, send)
    message = await receive()
    sent = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        sent += message.get("body", b"")
    arguments = [orjson.loads(sent)["variables"]["id"]] if TAKES_ID else []
    body: bytes = await pools[0].fetchval(STATEMENT, *arguments)
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, length]})
    await send({"type": "http.response.body", "body": body})


async def open_pool() -> "asyncpg.Pool[asyncpg.Record]":
    """As many connections as the product has, and the garbage collector as it is there."""
    size = int(os.environ["BENCHMARK_POOL"])
    settings = {"jit": "off", "timezone": "UTC"}
    database = os.environ["BENCHMARK_DATABASE"]
    pool = await asyncpg.create_pool(
        database, min_size=size, max_size=size, server_settings=settings, reset=_as_it_is
    )
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    return pool


async def _live(
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    await receive()
    pools.append(await open_pool())
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await pools[0].close()
    await send({"type": "lifespan.shutdown.complete"})


async def _as_it_is(_: object) -> None:
    """A connection that only reads needs no reset, so it costs no round trip."""
