"""Tills of the shop to order at, over real sockets: they show the answer as it came, and can be
told to insist.
"""

import asyncio
import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

import httpx2
from graphql import GraphQLObjectType, get_named_type
from strawberry.utils.str_converters import to_camel_case

from tests.faces import SCHEMA, camel, selection, snake

ROUTES = {
    "place_order": ("POST", "/v1/orders"),
    "cancel_order": ("POST", "/v1/orders/{order_id}/cancel"),
    "fulfill_order": ("POST", "/v1/orders/{order_id}/fulfill"),
    "adjust_stock": ("POST", "/v1/stock/adjust"),
    "set_stock": ("POST", "/v1/stock/set"),
    "create_item": ("POST", "/v1/items"),
    "update_item": ("PATCH", "/v1/items/{item_id}"),
}
PASSING = {"UNAVAILABLE", "BUSY", "IDEMPOTENCY_IN_PROGRESS"}
ATTEMPTS = 200


@dataclass(frozen=True)
class Answer:
    """What came back: a result, or the code of a refusal; no status when the line was cut."""

    status: int | None
    code: str = ""
    result: dict[str, Any] | None = None
    body: bytes = b""
    replayed: bool = False
    retry_after: str | None = None

    @property
    def done(self) -> bool:
        """Whether the caller was told that it is done."""
        return self.result is not None

    @property
    def passing(self) -> bool:
        """Whether the same request may fare better in a moment."""
        return self.status is None or self.code in PASSING


CUT = Answer(None)


class Till(Protocol):
    """One face of one server."""

    async def ask(self, operation: str, *, key: str | None = None, **sent: Any) -> Answer:
        """Send once, and show what came back."""


@dataclass
class Line:
    """What both faces need: whom they call, and on whose behalf."""

    client: httpx2.AsyncClient
    url: str
    authorization: str

    async def send(self, method: str, path: str, body: object, **more: str) -> httpx2.Response:
        headers = {"Authorization": self.authorization, **more}
        return await self.client.request(method, self.url + path, json=body, headers=headers)


@dataclass
class RestTill(Line):
    """/v1 of one server."""

    async def ask(self, operation: str, *, key: str | None = None, **sent: Any) -> Answer:
        method, path = ROUTES[operation]
        path = path.format(**sent)
        body = {
            name: value for name, value in sent.items() if f"{{{name}}}" not in ROUTES[operation][1]
        }
        headers = {"Idempotency-Key": key} if key else {}
        if (version := body.pop("expected_version", None)) is not None:
            headers["If-Match"] = f'"{version}"'
        try:
            answer = await self.send(method, path, body, **headers)
        except httpx2.TransportError:
            return CUT
        said = json.loads(answer.content)
        return Answer(
            answer.status_code,
            "" if answer.is_success else said["code"],
            said if answer.is_success else None,
            answer.content,
            answer.headers.get("idempotency-replayed") == "true",
            answer.headers.get("retry-after"),
        )


@dataclass
class GraphQLTill(Line):
    """/graphql of one server."""

    async def ask(self, operation: str, *, key: str | None = None, **sent: Any) -> Answer:
        variables = {"input": camel(sent | ({"idempotency_key": key} if key else {}))}
        body = {"query": document(operation), "variables": variables}
        try:
            answer = await self.send("POST", "/graphql", body)
        except httpx2.TransportError:
            return CUT
        said = json.loads(answer.content)
        replayed = answer.headers.get("idempotency-replayed") == "true"
        if refused := said.get("errors"):
            told = refused[0]["extensions"]
            wait = answer.headers.get("retry-after") or told.get("retry_after")
            return Answer(
                answer.status_code,
                told["code"],
                None,
                answer.content,
                retry_after=wait and str(wait),
            )
        payload = snake(said["data"][to_camel_case(operation)])
        if payload["errors"]:
            return Answer(answer.status_code, payload["errors"][0]["code"], None, answer.content)
        return Answer(answer.status_code, "", payload["result"], answer.content, replayed)


@cache
def document(operation: str) -> str:
    """The mutation of an operation, asking for all that it returns."""
    root = SCHEMA._schema.mutation_type
    assert root
    name = to_camel_case(operation)
    declared = root.fields[name]
    taken = declared.args["input"].type
    payload = get_named_type(declared.type)
    assert isinstance(payload, GraphQLObjectType)
    wanted = f"{{ result {selection(payload.fields['result'].type)} errors {{ code message }} }}"
    return f"mutation($input: {taken}) {{ {name}(input: $input) {wanted} }}"


@dataclass
class Caller:
    """Somebody who wants one thing done, once, and keeps asking wherever the shop is open."""

    tills: list[Till]
    operation: str
    key: str
    sent: dict[str, Any]
    answers: list[Answer] = field(default_factory=list)

    async def once(self, turn: int = 0) -> Answer:
        """Ask at one till."""
        till = self.tills[turn % len(self.tills)]
        answer = await till.ask(self.operation, key=self.key, **self.sent)
        self.answers.append(answer)
        return answer

    async def insist(self, first: int = 0) -> Answer:
        """Ask at one till after the other until somebody says what became of it."""
        for turn in range(first, first + ATTEMPTS):
            answer = await self.once(turn)
            if not answer.passing:
                return answer
            await asyncio.sleep(min(0.02 * (turn - first + 1), 0.25))
        raise AssertionError(f"No answer after {ATTEMPTS} attempts: {self.answers[-3:]}")

    @property
    def promised(self) -> set[str]:
        """The ids of what this caller was told is done."""
        return {str(answer.result["id"]) for answer in self.answers if answer.result}


async def in_turns(callers: list[Caller], at_once: int) -> list[Answer]:
    """Let all insist, so many at a time, each at the next till."""
    room = asyncio.Semaphore(at_once)

    async def served(turn: int, caller: Caller) -> Answer:
        async with room:
            return await caller.insist(turn)

    return await asyncio.gather(*(served(turn, caller) for turn, caller in enumerate(callers)))
