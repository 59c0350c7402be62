"""Every operation that there is, with values that nobody would send in earnest."""

import time

import pytest

from api.domain.actors import Role
from tests.conftest import SignIn
from tests.faces import SCHEMA
from tests.factories import unique
from tests.hostile.doors import Answer, Doors
from tests.hostile.fuzz import Fuzz

SECONDS = 5
ROUNDS = 40
PRICE = {"amount": "12.50", "currency": "EUR"}


@pytest.fixture
async def fuzzer(doors: Doors, sign_in: SignIn) -> Doors:
    """An administrator of whom it does not matter what becomes."""
    return doors.signed_in(await sign_in(Role.ADMIN))


async def _known(doors: Doors) -> list[str]:
    """Ids of things that are there: an item in stock, and an order for it, among them."""

    async def made(path: str, key: str | None = None, **body: object) -> str:
        headers = {"idempotency_key": key} if key else {}
        answer = await doors.rest("POST", path, body, **headers)
        assert answer.response.is_success, answer.text
        return str(answer.body["id"])

    item = await made("/v1/items", sku=unique("FUZZ"), name="Chair", price=PRICE)
    place = await made("/v1/locations", code=unique("F"), name="Fuzz")
    stock = {"item_id": item, "location_id": place, "quantity": 100}
    return [
        item,
        place,
        await made("/v1/categories", name="Chairs", slug=unique("fuzz").lower()),
        await made("/v1/customers", name="Fuzzy"),
        await made("/v1/stock/receive", unique("key"), **stock),
        await made("/v1/orders", unique("key"), lines=[{"item_id": item, "quantity": 1}]),
    ]


def _sound(answer: Answer, sent: object) -> None:
    assert answer.status < 500, (answer.text[:500], sent)
    assert answer.code not in ("INTERNAL", "UNAVAILABLE"), (answer.text[:500], sent)
    assert "INTERNAL" not in answer.text, sent


async def test_no_request_to_the_rest_door_breaks_anything(fuzzer: Doors) -> None:
    openapi = (await fuzzer.rest("GET", "/openapi.json")).body
    known, until, done = await _known(fuzzer), time.monotonic() + SECONDS, 0
    for seed in range(ROUNDS):
        for sent in Fuzz(seed, known).requests(openapi):
            answer = (
                await fuzzer.rest(
                    sent.method,
                    sent.path,
                    sent.body,
                    if_match="*",
                    idempotency_key=unique("fuzz"),
                )
                if seed % 2
                else await fuzzer.rest(sent.method, sent.path, sent.body)
            )
            _sound(answer, (seed, sent))
            done += 1
        if time.monotonic() > until:
            break
    assert done >= len(openapi["paths"])


async def test_no_request_to_the_graphql_door_breaks_anything(fuzzer: Doors) -> None:
    known, until, done = await _known(fuzzer), time.monotonic() + SECONDS, 0
    for seed in range(ROUNDS):
        for text, variables in Fuzz(seed, known).documents(SCHEMA._schema):
            _sound(await fuzzer.graphql(text, variables), (seed, text, variables))
            done += 1
        if time.monotonic() > until:
            break
    assert done >= len(SCHEMA._schema.query_type.fields)  # type: ignore[union-attr]
