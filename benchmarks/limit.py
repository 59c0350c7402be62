"""The limit: bare ASGI and asyncpg, and one statement with which PostgreSQL writes the answer."""

import os
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

STATEMENT = os.environ.get("BENCHMARK_STATEMENT", "")
HEADERS = [(b"content-type", b"application/json")]

pools: "list[asyncpg.Pool[asyncpg.Record]]" = []


async def app(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Answer every request with what the statement says."""
    if scope["type"] == "lifespan":
        return await _live(receive, send)
    while (await receive()).get("more_body"):
        pass
    body: bytes = (await pools[0].fetchval(STATEMENT)).encode()
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, length]})
    await send({"type": "http.response.body", "body": body})


async def _live(
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    await receive()
    size = int(os.environ["BENCHMARK_POOL"])
    settings = {"jit": "off", "timezone": "UTC"}
    database = os.environ["BENCHMARK_DATABASE"]
    pools.append(
        await asyncpg.create_pool(
            database, min_size=size, max_size=size, server_settings=settings, reset=_as_it_is
        )
    )
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await pools[0].close()
    await send({"type": "lifespan.shutdown.complete"})


async def _as_it_is(_: object) -> None:
    """A connection that only reads needs no reset, so it costs no round trip."""
