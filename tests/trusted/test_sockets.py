"""A socket's caller is who its first message names; documents go by their hashes there too."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from api.domain.trusted.commands import id_of
from tests.faces import RestFace
from tests.kernel.sockets import Socket
from tests.trusted.conftest import a_document

ME = "{ me { user { name } } }"


class Stranger(Socket):
    """A socket without credentials in its headers; `init` is what its first message holds."""

    def __init__(self, app: FastAPI, init: Any) -> None:
        super().__init__(app, "")
        self.scope["headers"] = [(b"host", b"shop")]
        self.init = init

    async def __aenter__(self) -> "Stranger":
        self.task = asyncio.create_task(
            self.app(self.scope, self.to_app.get, self.from_app.put)  # type: ignore[arg-type]
        )
        await self.to_app.put({"type": "websocket.connect"})
        assert (await self._next())["type"] == "websocket.accept"
        await self._say({"type": "connection_init", "payload": self.init})
        self.greeting = await self._next()
        return self

    async def send(self, payload: dict[str, Any]) -> dict[str, Any]:
        """The first answer to a message."""
        self.number += 1
        await self._say({"type": "subscribe", "id": str(self.number), "payload": payload})
        answer: dict[str, Any] = json.loads((await self._next())["text"])
        return answer

    async def closed(self) -> int:
        """With which code it is closed."""
        message = await self._next()
        assert message["type"] == "websocket.close", message
        code: int = message["code"]
        return code


async def test_the_first_message_says_who_calls(app: FastAPI, admin: str) -> None:
    async with Stranger(app, {"authorization": admin}) as line:
        answer = await line.ask(ME)

    assert answer["data"]["me"]["user"]["name"].startswith("Admin")


async def test_b77_bad_credentials_of_a_first_message_end_the_conversation(app: FastAPI) -> None:
    for bad in ("Bearer nonsense", "Bearer ", "sr_live_x", "\u20ac", ""):
        async with Stranger(app, {"authorization": bad}) as line:
            assert (line.greeting["type"], line.greeting["code"]) == ("websocket.close", 4403)


async def test_who_names_nobody_is_nobody(app: FastAPI) -> None:
    async with Stranger(app, {"color": "green"}) as line:
        [error] = (await line.ask(ME))["errors"]

    assert error["extensions"]["code"] == "UNAUTHENTICATED"


async def test_b77_a_credential_that_ends_ends_the_conversation(
    app: FastAPI, rest: RestFace
) -> None:
    key = await rest.call("create_api_key", name="Till", scopes=["catalog:read"])
    async with Stranger(app, {"authorization": f"Bearer {key['secret']}"}) as till:
        assert "data" in await till.ask("{ items { nodes { id } } }")
        await rest.call("revoke_api_key", api_key_id=key["api_key"]["id"])
        [error] = await till.ask("{ items { nodes { id } } }")

        assert error["extensions"]["code"] == "UNAUTHENTICATED"
        assert await till.closed() == 4401


async def test_documents_go_by_their_hashes(app: FastAPI, rest: RestFace, admin: str) -> None:
    document = a_document()
    await rest.call("push_trusted_documents", texts=[document])
    async with Stranger(app, {"authorization": admin}) as line:
        known = await line.send({"documentId": id_of(document)})
        assert json.loads((await line._next())["text"])["type"] == "complete"
        unknown = await line.send({"documentId": id_of(a_document())})

    assert known["payload"]["data"]["items"]["nodes"] is not None
    assert unknown["type"] == "error"
    assert unknown["payload"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"


async def test_only_stored_documents_are_executed_there_too(
    open_app: Callable[..., FastAPI], rest: RestFace, admin: str
) -> None:
    document = a_document()
    await rest.call("push_trusted_documents", texts=[document])
    async with Stranger(open_app(graphql_documents="only"), {"authorization": admin}) as line:
        [refused] = await line.ask(ME)
        assert "data" in await line.ask(document)

    assert refused["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"


async def test_an_empty_budget_is_told_on_a_socket(
    open_app: Callable[..., FastAPI], admin: str
) -> None:
    async with Stranger(open_app(rate_limit_points=20), {"authorization": admin}) as line:
        [refused] = await line.ask("{ items { nodes { id } } }")

    assert refused["extensions"]["code"] == "RATE_LIMITED"
    assert refused["extensions"]["retry_after"] >= 1
