"""A graphql-transport-ws socket into the application, spoken by hand over ASGI."""

import asyncio
import json
from typing import Any, Self

from fastapi import FastAPI


class Socket:
    """One socket of somebody who is signed in."""

    def __init__(self, app: FastAPI, authorization: str | None, **headers: str | None) -> None:
        self.app = app
        sent = {"authorization": authorization, **headers}
        self.scope = {
            "type": "websocket",
            "asgi": {"version": "3.0"},
            "path": "/graphql",
            "raw_path": b"/graphql",
            "query_string": b"",
            "root_path": "",
            "scheme": "ws",
            "server": ("shop", 80),
            "client": ("127.0.0.1", 1),
            "headers": [
                (b"host", b"shop"),
                *((name.encode(), value.encode()) for name, value in sent.items() if value),
            ],
            "subprotocols": ["graphql-transport-ws"],
        }
        self.to_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.from_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.number = 0

    async def __aenter__(self) -> Self:
        self.task = asyncio.create_task(
            self.app(self.scope, self.to_app.get, self.from_app.put)  # type: ignore[arg-type]
        )
        await self.to_app.put({"type": "websocket.connect"})
        assert (await self._next())["type"] == "websocket.accept"
        await self._say({"type": "connection_init"})
        assert (await self._hear())["type"] == "connection_ack"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.to_app.put({"type": "websocket.disconnect", "code": 1000})
        await asyncio.wait_for(self.task, 10)

    async def ask(self, query: str) -> Any:
        """The payload of the first answer to a query."""
        self.number += 1
        payload = {"query": query}
        await self._say({"type": "subscribe", "id": str(self.number), "payload": payload})
        answer = await self._hear()
        if answer["type"] == "next":
            assert (await self._hear())["type"] == "complete"
        return answer["payload"]

    async def _say(self, message: dict[str, Any]) -> None:
        await self.to_app.put({"type": "websocket.receive", "text": json.dumps(message)})

    async def _hear(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads((await self._next())["text"])
        return message

    async def _next(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.from_app.get(), 10)
