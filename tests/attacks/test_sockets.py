"""Sockets cost what requests cost: how many there are, how long their messages, and how many."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from graphql_schema.websocket import MOST_UNPAID
from tests.conftest import TEMPLATE, create_database
from tests.faults.premises import Premises, opened
from tests.graphql_http.test_websocket import TRANSPORT, Line
from tests.kernel.sockets import Socket

CALLERS, MOST = 4, 6
HELLO = {"type": "connection_init"}


@pytest.fixture(scope="module")
async def premises(server: str) -> AsyncIterator[Premises]:
    """A shop with little room."""
    url = await create_database(server, f"own_{uuid4().hex}", TEMPLATE)
    async with opened(url) as premises:
        await premises.serve(
            STOCKROOM_MAX_SOCKETS=str(MOST), STOCKROOM_MAX_SOCKETS_PER_CALLER=str(CALLERS)
        )
        yield premises


@asynccontextmanager
async def on(premises: Premises, number: int, bearer: str | None = None) -> AsyncIterator[Line]:
    url = premises.servers[number].url.replace("http://", "ws://") + "/graphql"
    headers = {"authorization": bearer} if bearer else None
    async with connect(url, subprotocols=[TRANSPORT], additional_headers=headers) as socket:
        yield Line(socket)


async def for_the_poor(premises: Premises) -> int:
    """One more server, where strangers have little to spend and nobody has spent of it."""
    await premises.serve(STOCKROOM_RATE_LIMIT_POINTS_ANONYMOUS="300")
    return len(premises.servers) - 1


async def greeted(line: Line, payload: dict[str, Any] | None = None) -> None:
    await line.say(HELLO | ({"payload": payload} if payload else {}))
    assert (await line.hear())["type"] == "connection_ack"


async def test_b122_a_caller_has_so_many_sockets_and_a_process_so_many_in_all(
    premises: Premises,
) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(CALLERS):
            await stack.enter_async_context(on(premises, 0))
        with pytest.raises(InvalidStatus) as one_too_many:
            await stack.enter_async_context(on(premises, 0))
        for _ in range(MOST - CALLERS):
            await stack.enter_async_context(on(premises, 0, premises.bearer))
        with pytest.raises(InvalidStatus) as full:
            await stack.enter_async_context(on(premises, 0, premises.bearer))

    assert one_too_many.value.response.status_code == 429
    assert one_too_many.value.response.headers["retry-after"] == "5"
    told = json.loads(one_too_many.value.response.body or b"")
    assert told["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    assert full.value.response.status_code == 503
    async with on(premises, 0) as line:
        await greeted(line)


async def test_b122_a_socket_is_its_callers_once_they_said_who_they_are(
    premises: Premises,
) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(CALLERS):
            line = await stack.enter_async_context(on(premises, 0))
            await greeted(line, {"authorization": premises.bearer})
        last = await stack.enter_async_context(on(premises, 0))
        await last.say(HELLO | {"payload": {"authorization": premises.bearer}})

        assert await last.closed() == 4429


async def test_b123_a_message_may_be_so_long(premises: Premises) -> None:
    async with on(premises, 0) as line:
        await greeted(line)
        await line.say(json.dumps({"type": "ping", "payload": {"filler": "x" * 131_072}}))

        assert await line.closed() == 1009


async def test_b123_an_operation_has_as_many_values_as_over_http(premises: Premises) -> None:
    async with on(premises, 0) as line:
        await greeted(line)
        await line.subscribe("query($n: [Int]) { __typename }", variables={"n": [1] * 10_001})
        refused = await line.hear()

        assert refused["payload"][0]["extensions"]["code"] == "TOO_MANY_VALUES"


async def test_b123_a_long_message_is_paid_for_before_it_is_read(premises: Premises) -> None:
    async with on(premises, await for_the_poor(premises)) as line:
        await greeted(line)
        await line.say(json.dumps({"type": "ping", "payload": {"filler": "x" * 100_000}}))
        assert await line.hear() == {"type": "pong"}  # for 201 points of 300

        await line.say("[" * 100_000)  # which would be none, if it were read

        assert await line.closed() == 4429


async def test_b123_who_says_much_at_once_holds_nobody_up(app: FastAPI, admin: str) -> None:
    async with Socket(app, admin) as socket:
        for _ in range(1_000):
            socket.to_app.put_nowait({"type": "websocket.receive", "text": '{"type": "ping"}'})
        for _ in range(10):
            await asyncio.sleep(0)
        answered = socket.from_app.qsize()
        for _ in range(1_000):
            await asyncio.wait_for(socket.from_app.get(), 5)

    assert answered <= 10


async def test_b123_many_tiny_messages_are_paid_for_too(premises: Premises) -> None:
    poor = await for_the_poor(premises)
    async with on(premises, 0) as rich, on(premises, poor, premises.bearer) as paying:
        await greeted(rich)
        await greeted(paying)
        for line in (rich, paying):
            for _ in range(400):
                await line.say({"type": "ping"})
            for _ in range(400):
                assert await line.hear() == {"type": "pong"}
    async with on(premises, poor) as line:
        await greeted(line)
        for _ in range(300 + MOST_UNPAID):
            await line.say({"type": "ping"})
        while (heard := await line.hear_or_close()) == {"type": "pong"}:
            pass

        assert heard == 4429
