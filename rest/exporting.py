"""A list as a file, for who asks for `text/csv`: sent while PostgreSQL writes it."""

import asyncio
from contextlib import suppress
from typing import Any

from starlette.datastructures import Headers
from starlette.types import Receive, Send
from starlette.types import Scope as Asgi

from api.accepting import wanted, weights_of
from api.caching import VARY
from api.domain.errors import BadRequest
from api.domain.exporting import Export
from api.domain.operations import AnyOperation
from api.domain.stock import service as stock

EXPORTS: dict[str, AnyOperation] = {
    "list_stock_levels": stock.export_stock_levels,
    "list_stock_movements": stock.export_stock_movements,
}
"""By the operation of the list."""
FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/csv": {"schema": {"type": "string"}, "example": "item_id\n"}},
        "description": "A page; all rows as a file for who accepts `text/csv`.",
    }
}
"""The OpenAPI answer of a list that can be exported."""
_OF_PAGES = {"limit", "after", "before", "count", "expand", "fields"}


def wants_file(scope: Asgi) -> bool:
    """Whether the caller asks for CSV by name, and not rather for JSON."""
    weights = weights_of(",".join(Headers(scope=scope).getlist("accept")))
    file = weights.get("text/csv", 0.0)
    return file > 0 and file >= wanted(weights, "application/json")


def refuse_pages(names: set[str]) -> None:
    """Refuse to cut a file into pages, or to shape its rows."""
    if wrong := names & _OF_PAGES:
        message = f"A file has all rows and all columns: leave out {', '.join(sorted(wrong))}."
        raise BadRequest(message)


async def send_head(export: Export, send: Send) -> None:
    """What `send_file` would begin with."""
    await send(_start(export))
    await send({"type": "http.response.body", "body": b""})


async def send_file(export: Export, receive: Receive, send: Send) -> None:
    """Send the file no faster than it is taken; stops reading when the caller has gone.

    What fails on the way breaks the connection off, so that no half of a file looks whole.
    """
    began = False

    async def pass_on(piece: bytes) -> None:
        nonlocal began
        if not began:
            began = True
            await send(_start(export))
        await send({"type": "http.response.body", "body": piece, "more_body": True})

    writing = asyncio.create_task(export.write(pass_on))
    gone = asyncio.create_task(_disconnected(receive))
    try:
        await asyncio.wait({writing, gone}, return_when=asyncio.FIRST_COMPLETED)
        if writing.done():
            await writing
            await send({"type": "http.response.body", "body": b""})
    finally:
        for task in (writing, gone):
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task


def _start(export: Export) -> dict[str, Any]:
    name = f"{export.name.replace(' ', '-')}.csv"
    headers = {
        "content-type": "text/csv; charset=utf-8; header=present",
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
        "vary": VARY,
    }
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http.response.start", "status": 200, "headers": raw}


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
