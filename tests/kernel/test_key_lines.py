"""The lines of the catalogue of attacks that are about idempotency, at both doors and across."""

import asyncio
from typing import Any

import httpx2
import pytest

from api.domain.actors import Role
from tests.conftest import SignIn
from tests.faces import Face, GraphQLFace, Refused, RestFace
from tests.factories import an_item, unique
from tests.kernel.conftest import Books

CREATE = """mutation($input: CreateItemInput!) {
  createItem(input: $input) { result { id } replayed errors { code } }
}"""
ADJUST = """mutation($input: AdjustStockInput!) {
  adjustStock(input: $input) { result { id } replayed errors { code } }
}"""
TWO = """mutation($a: CreateItemInput!, $b: CreateItemInput!) {
  a: createItem(input: $a) { result { id } } b: createItem(input: $b) { result { id } }
}"""


async def post(
    client: httpx2.AsyncClient, admin: str, query: str, variables: Any, key: str | None = None
) -> httpx2.Response:
    headers = {"Authorization": admin} | ({"Idempotency-Key": key} if key is not None else {})
    body = {"query": query, "variables": variables}
    return await client.post("/graphql", json=body, headers=headers)


def a_new_item() -> dict[str, Any]:
    return {"sku": unique("TABLE"), "name": "Table"}


async def test_b29_a_retry_through_the_other_door_gets_the_first_answer(
    client: httpx2.AsyncClient, admin: str, books: Books
) -> None:
    item, key = a_new_item(), unique("key")
    headers = {"Authorization": admin, "Idempotency-Key": f'"{key}"'}
    first = await client.post("/v1/items", json=item, headers=headers)
    named = await post(client, admin, CREATE, {"input": item | {"idempotencyKey": key}})
    headed = await post(client, admin, CREATE, {"input": item}, key)
    again = await client.post("/v1/items", json=item, headers=headers)

    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    for answer in (named, headed):
        told = answer.json()["data"]["createItem"]
        assert told == {"result": {"id": first.json()["id"]}, "replayed": True, "errors": []}
        assert answer.headers["idempotency-replayed"] == "true"
    assert named.content == headed.content
    assert await books.count("items", "sku = :sku", sku=item["sku"]) == 1
    assert await books.count("events", "subject = :id", id=first.json()["id"]) == 1


async def test_b30_fifty_equal_calls_at_once_are_one(
    client: httpx2.AsyncClient, rest: RestFace, graphql: GraphQLFace, books: Books
) -> None:
    item, key = a_new_item(), unique("key")
    faces: list[Face] = [rest, graphql] * 25
    calls = [face.call("create_item", **item, key=key) for face in faces]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    done = [answer for answer in answers if not isinstance(answer, BaseException)]
    codes = {answer.code for answer in answers if isinstance(answer, Refused)}

    assert codes <= {"IDEMPOTENCY_IN_PROGRESS"}
    assert len(done) + sum(isinstance(answer, Refused) for answer in answers) == 50
    assert all(answer == done[0] for answer in done)
    assert await books.count("items", "sku = :sku", sku=item["sku"]) == 1


async def test_b31_a_key_used_for_something_else_is_refused_at_either_door(
    rest: RestFace, graphql: GraphQLFace
) -> None:
    item, key = a_new_item(), unique("key")
    await rest.call("create_item", **item, key=key)
    for face in (rest, graphql):
        with pytest.raises(Refused, match="IDEMPOTENCY_MISMATCH"):
            await face.call("create_item", **item | {"name": "Desk"}, key=key)
        with pytest.raises(Refused, match="IDEMPOTENCY_MISMATCH"):
            await face.call("item_bulk_create", items=[item], key=key)


async def test_b32_somebody_elses_key_is_another_one_at_either_door(
    rest: RestFace, graphql: GraphQLFace, sign_in: SignIn
) -> None:
    key, other = unique("key"), await sign_in(Role.MANAGER)
    made = [
        await face.call("create_item", **a_new_item(), key=key)
        for face in (rest, graphql.signed_in(other))
    ]

    assert made[0]["id"] != made[1]["id"]


async def test_b32_nobody_is_told_what_somebody_elses_key_was_answered(
    rest: RestFace, graphql: GraphQLFace, sign_in: SignIn
) -> None:
    item, key, other = a_new_item(), unique("key"), await sign_in(Role.MANAGER)
    await rest.call("create_item", **item, key=key)
    for face in (rest, graphql):
        with pytest.raises(Refused, match="DUPLICATE"):  # their own first try, and not a replay
            await face.signed_in(other).call("create_item", **item, key=key)


async def test_b31_what_is_sent_in_another_order_is_the_same_call(
    client: httpx2.AsyncClient, admin: str
) -> None:
    item, key = a_new_item(), unique("key")
    turned = dict(reversed(item.items()))
    headers = {"Authorization": admin, "Idempotency-Key": key}
    first, again = [
        await client.post("/v1/items", json=it, headers=headers) for it in (item, turned)
    ]
    other = await post(client, admin, CREATE, {"input": turned}, key)

    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert other.json()["data"]["createItem"]["replayed"] is True


@pytest.mark.parametrize("first", ["rest", "graphql"])
async def test_b33_what_is_refused_does_not_use_the_key_up(
    rest: RestFace, graphql: GraphQLFace, first: str
) -> None:
    one, other = (rest, graphql) if first == "rest" else (graphql, rest)
    place = await rest.call("create_location", code=unique("W")[:40], name="Warehouse")
    chair, key = await an_item(rest), unique("key")
    at = {"item_id": chair["id"], "location_id": place["id"]}
    taken = {**at, "delta": -2, "reason": "Count", "key": key}
    with pytest.raises(Refused, match="VALIDATION_FAILED"):
        await one.call("adjust_stock", **taken | {"delta": 0})
    with pytest.raises(Refused, match="INSUFFICIENT_STOCK"):
        await one.call("adjust_stock", **taken)
    await rest.call("receive_stock", **at, quantity=5, key=unique("key"))

    done = await other.call("adjust_stock", **taken)
    assert await one.call("adjust_stock", **taken) == done


@pytest.mark.parametrize("key", ["k" * 256, "", '""', "a b", "a\tb", "caf\u00e9", '"' + "k" * 256])
async def test_b34_a_key_that_is_none_is_refused_at_either_door(
    client: httpx2.AsyncClient, admin: str, books: Books, key: str
) -> None:
    item = a_new_item()
    raw = [(b"authorization", admin.encode()), (b"idempotency-key", key.encode("latin-1"))]
    rest = await client.post("/v1/items", json=item, headers=raw)
    headed = await client.post(
        "/graphql", json={"query": CREATE, "variables": {"input": item}}, headers=raw
    )
    inner = key if key != '""' else ""
    named = await post(client, admin, CREATE, {"input": item | {"idempotencyKey": inner}})

    assert (rest.status_code, rest.json()["code"]) == (400, "BAD_REQUEST")
    for answer in (headed, named):
        assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert await books.count("items", "sku = :sku", sku=item["sku"]) == 0


async def test_b34_the_longest_key_is_good_bare_and_in_quotation_marks(
    client: httpx2.AsyncClient, admin: str
) -> None:
    item, key = a_new_item(), unique("key").ljust(253, "k") + '"\\'
    quoted = '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'
    answers = [await post(client, admin, CREATE, {"input": item}, it) for it in (key, quoted)]

    assert len(key) == 255
    assert [it.json()["data"]["createItem"]["replayed"] for it in answers] == [False, True]


async def test_b34_a_key_that_is_needed_and_not_there_is_asked_for(
    rest: RestFace, graphql: GraphQLFace, client: httpx2.AsyncClient, admin: str
) -> None:
    place = await rest.call("create_location", code=unique("W")[:40], name="Warehouse")
    at = {"item_id": (await an_item(rest))["id"], "location_id": place["id"]}
    change = {**at, "delta": 2, "reason": "Count"}
    for face in (rest, graphql):
        with pytest.raises(Refused, match="IDEMPOTENCY_KEY_REQUIRED"):
            await face.call("adjust_stock", **change)
    sent = {"itemId": at["item_id"], "locationId": at["location_id"], "delta": 2, "reason": "Count"}
    headed = await post(client, admin, ADJUST, {"input": sent}, unique("key"))

    assert headed.json()["data"]["adjustStock"]["errors"] == []


async def test_a_header_stands_for_one_mutation_and_for_no_other_key(
    client: httpx2.AsyncClient, admin: str, books: Books
) -> None:
    one, two = a_new_item(), a_new_item()
    several = await post(client, admin, TWO, {"a": one, "b": two}, unique("key"))
    differing = await post(
        client, admin, CREATE, {"input": one | {"idempotencyKey": unique("key")}}, unique("key")
    )

    for answer in (several, differing):
        assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    for item in (one, two):
        assert await books.count("items", "sku = :sku", sku=item["sku"]) == 0
