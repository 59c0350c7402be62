"""The shop's news are told over a socket, to those who speak its one protocol properly."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from tests.faces import RestFace
from tests.kernel.sockets import Socket

ELSEWHERE = Origin("https://evil.example")
TRANSPORT = Subprotocol("graphql-transport-ws")


def news_of(app_url: str) -> str:
    return app_url.replace("http://", "ws://")


class Line:
    """One socket, spoken to in whole messages."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def say(self, message: object) -> None:
        await self.socket.send(message if isinstance(message, str) else json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        heard: dict[str, Any] = json.loads(await asyncio.wait_for(self.socket.recv(), 5))
        return heard

    async def subscribe(self, query: str, id: str = "1", **payload: object) -> None:
        await self.say({"id": id, "type": "subscribe", "payload": {"query": query, **payload}})

    async def hear_or_close(self) -> dict[str, Any] | int:
        try:
            return await self.hear()
        except ConnectionClosed as closing:
            return closing.rcvd.code if closing.rcvd else 1006

    async def closed(self) -> int:
        with pytest.raises(ConnectionClosed) as closing:
            await asyncio.wait_for(self.socket.recv(), 10)
        assert closing.value.rcvd is not None
        return closing.value.rcvd.code


@pytest.fixture
async def line(app_url: str) -> AsyncIterator[Line]:
    async with connect(news_of(app_url), subprotocols=[TRANSPORT]) as socket:
        yield Line(socket)


@pytest.fixture
async def open_line(line: Line) -> Line:
    await line.say({"type": "connection_init"})
    assert await line.hear() == {"type": "connection_ack"}
    return line


async def test_news_arrive_in_order(open_line: Line) -> None:
    await open_line.subscribe("subscription { arrivals(count: 2) }")

    heard = [await open_line.hear() for _ in range(3)]

    assert [message["type"] for message in heard] == ["next", "next", "complete"]
    assert [message["payload"]["data"] for message in heard[:2]] == [
        {"arrivals": 0},
        {"arrivals": 1},
    ]


async def test_a_fault_is_not_told_on_a_socket_either(open_line: Line) -> None:
    await open_line.subscribe("{ fire }")

    heard = await open_line.hear()

    [error] = heard["payload"]["errors"]
    assert error["message"] == "Something broke."
    assert error["extensions"] == {"code": "INTERNAL", "trace_id": "trace-1"}


@pytest.mark.parametrize("protocols", [None, [Subprotocol("graphql-ws")]])
async def test_b77_no_other_protocol_is_spoken(
    app_url: str, protocols: list[Subprotocol] | None
) -> None:
    async with connect(news_of(app_url), subprotocols=protocols) as socket:
        assert await Line(socket).closed() == 4406


async def test_b79_a_page_of_another_site_cannot_listen(app_url: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(news_of(app_url), subprotocols=[TRANSPORT], origin=ELSEWHERE)

    assert refused.value.response.status_code == 403


async def test_b77_who_says_nothing_for_five_seconds_is_let_go(line: Line) -> None:
    assert await line.closed() == 4408


async def test_b77_nobody_listens_before_saying_hello(line: Line) -> None:
    await line.subscribe("subscription { arrivals }")

    assert await line.closed() == 4401


async def test_twenty_subscriptions_are_enough_for_one_socket(open_line: Line) -> None:
    for number in range(21):
        await open_line.subscribe("subscription { silence }", id=str(number))

    refused = await open_line.hear()

    assert (refused["id"], refused["type"]) == ("20", "error")
    assert refused["payload"][0]["extensions"] == {"trace_id": "trace-1"}


@pytest.mark.parametrize(
    "message",
    [
        "[",
        "[" * 20_000,
        "[]",
        "7",
        "null",
        '"subscribe"',
        "{}",
        '{"type": 7}',
        '{"type": "subscribe"}',
        '{"type": "complete"}',
        '{"type": "complete", "id": []}',
        '{"type": "subscribe", "id": {}, "payload": {"query": "{ fire }"}}',
        '{"type": "subscribe", "id": "1", "payload": []}',
        '{"type": "subscribe", "id": "1", "payload": {"query": 7}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ fire }", "variables": []}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ fire } # \\ud800"}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ fire }", "operationName": 7}}',
    ],
)
async def test_a_malformed_message_ends_the_conversation(open_line: Line, message: str) -> None:
    await open_line.say(message)

    assert await open_line.closed() == 4400


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("subscription { arrivals } #" + "x" * 60_000, "QUERY_TOO_LONG"),
        ("{ items(first: 6000) { nodes { name } } }", "COST_LIMIT_EXCEEDED"),
        ("subscription { departures }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { fire } query B { fire }", "OPERATION_NOT_FOUND"),
    ],
)
async def test_the_limits_hold_on_a_socket_too(open_line: Line, query: str, code: str) -> None:
    await open_line.subscribe(query)

    heard = await open_line.hear()

    assert (heard["type"], heard["payload"][0]["extensions"]["code"]) == ("error", code)
    assert heard["payload"][0]["extensions"]["trace_id"] == "trace-1"
    await open_line.subscribe("subscription { arrivals }")
    assert (await open_line.hear())["type"] == "next"


async def test_refusals_of_the_shop_in_earnest_say_in_which_trace_they_happened(
    app: FastAPI, rest: RestFace
) -> None:
    key = await rest.call("create_api_key", name="Till", scopes=["catalog:read"])
    async with Socket(app, f"Bearer {key['secret']}") as till:
        [told_with_data] = (await till.ask('{ item(id: "bad") { id } }'))["errors"]
        [not_valid] = await till.ask("{ nothing }")
        await rest.call("revoke_api_key", api_key_id=key["api_key"]["id"])
        [locked_out] = await till.ask("{ items { nodes { id } } }")

    assert locked_out["extensions"]["code"] == "UNAUTHENTICATED"
    traces = {error["extensions"]["trace_id"] for error in (told_with_data, not_valid, locked_out)}
    assert len(traces) == 1
    assert all(traces)
