"""One key, one effect: whatever is sent again, through whichever door, and at the same time."""

import asyncio
from typing import Any

import httpx2
import pytest

from api.domain.actors import Role
from tests.conftest import SignIn
from tests.faces import Face, GraphQLFace, Refused, RestFace
from tests.factories import a_category, unique
from tests.kernel.conftest import Books


def _new(**more: Any) -> dict[str, Any]:
    return {"sku": unique("TABLE"), "name": "Table", "key": unique("key"), **more}


async def _items(books: Books, sku: str) -> int:
    return await books.count("items", "sku = :sku", sku=sku)


async def _events(books: Books, id: str) -> int:
    return await books.count("events", "subject = :id", id=id)


async def test_the_same_request_again_gives_the_same_answer_and_nothing_else(
    face: Face, books: Books
) -> None:
    sent = _new()
    first = await face.call("create_item", **sent)
    again = await face.call("create_item", **sent)

    assert again == first
    assert await _items(books, sent["sku"]) == 1
    assert await _events(books, first["id"]) == 1


async def test_an_answer_given_again_says_so(client: httpx2.AsyncClient, admin: str) -> None:
    sent = _new()
    headers = {"Authorization": admin, "Idempotency-Key": sent.pop("key")}
    first = await client.post("/v1/items", json=sent, headers=headers)
    backwards = dict(reversed(list(sent.items())))
    again = await client.post("/v1/items", json=backwards, headers=headers)

    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["etag"] == first.headers["etag"]


async def test_twenty_at_once_through_both_doors_have_one_effect(
    rest: RestFace, graphql: GraphQLFace, books: Books
) -> None:
    sent = _new()
    faces: list[Face] = [rest, graphql] * 10
    answers = await asyncio.gather(*(face.call("create_item", **sent) for face in faces))

    assert all(answer == answers[0] for answer in answers)
    assert await _items(books, sent["sku"]) == 1
    assert await _events(books, answers[0]["id"]) == 1


@pytest.mark.parametrize("other", [{"name": "Desk"}, {"description": "Round."}])
async def test_a_key_cannot_be_used_for_another_request(face: Face, other: dict[str, Any]) -> None:
    sent = _new()
    await face.call("create_item", **sent)

    with pytest.raises(Refused, match="IDEMPOTENCY_MISMATCH"):
        await face.call("create_item", **sent | other)


async def test_a_key_cannot_be_used_under_other_preconditions(
    client: httpx2.AsyncClient, admin: str
) -> None:
    headers = {"Authorization": admin, "Idempotency-Key": unique("key")}
    made = await client.post(
        "/v1/items", json={"sku": unique("OAK"), "name": "Oak"}, headers={"Authorization": admin}
    )

    async def rename(tag: str) -> httpx2.Response:
        path = f"/v1/items/{made.json()['id']}"
        return await client.patch(path, json={"name": "Ash"}, headers={**headers, "If-Match": tag})

    first, again = await rename('"1"'), await rename('"1"')
    other, any_version = await rename('"2"'), await rename("*")

    assert (first.status_code, again.content) == (200, first.content)
    assert {other.json()["code"], any_version.json()["code"]} == {"IDEMPOTENCY_MISMATCH"}


async def test_a_key_cannot_be_used_for_another_operation(face: Face) -> None:
    sent = _new()
    await face.call("create_item", **sent)

    with pytest.raises(Refused, match="IDEMPOTENCY_MISMATCH"):
        await face.call("create_category", name="Tables", slug=unique("t").lower(), key=sent["key"])


async def test_a_refusal_does_not_use_up_the_key(face: Face) -> None:
    slug = unique("later").lower()
    sent = _new(category_id=f"slug:{slug}")
    with pytest.raises(Refused, match="NOT_FOUND"):
        await face.call("create_item", **sent)

    await a_category(face, slug=slug)

    assert (await face.call("create_item", **sent))["sku"] == sent["sku"]


async def test_a_key_is_forgotten_when_its_time_is_over(face: Face, books: Books) -> None:
    sent = _new()
    await face.call("create_item", **sent)
    await books.change(
        "UPDATE idempotency_keys SET expires_at = now() - interval '1 s' WHERE key = :key",
        key=sent["key"],
    )
    other = await face.call("create_item", **sent | {"sku": unique("DESK"), "name": "Desk"})

    assert other["name"] == "Desk"


async def test_the_same_key_of_somebody_else_is_another_key(face: Face, sign_in: SignIn) -> None:
    sent = _new()
    first = await face.call("create_item", **sent)
    other = face.signed_in(await sign_in(Role.MANAGER))
    second = await other.call("create_item", **sent | {"sku": unique("DESK"), "name": "Desk"})

    assert second["id"] != first["id"]
    with pytest.raises(Refused, match="DUPLICATE"):
        await other.call("create_item", **sent | {"key": unique("key")})


async def test_an_answer_with_a_secret_is_never_stored_so_no_key_is_taken(
    client: httpx2.AsyncClient, admin: str, books: Books
) -> None:
    headers = {"Authorization": admin, "Idempotency-Key": unique("key")}
    body = {"name": "Till", "scopes": ["catalog:read"]}
    answer = await client.post("/v1/api-keys", json=body, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_REQUEST")
    key = headers["Idempotency-Key"]
    assert await books.count("idempotency_keys", "key = :key", key=key) == 0


async def test_trying_out_uses_no_key_leaves_no_row_and_tells_nobody(
    face: Face, books: Books
) -> None:
    sent = _new()
    tried = await face.call("create_item", **sent, validate_only=True)

    assert tried["sku"] == sent["sku"]
    assert await _items(books, sent["sku"]) == 0
    assert await _events(books, tried["id"]) == 0
    assert (await face.call("create_item", **sent))["id"] != tried["id"]


async def test_a_refused_command_leaves_no_event(face: Face, books: Books) -> None:
    item = await face.call("create_item", **_new())
    before = await books.count("events", "true")
    with pytest.raises(Refused, match="VERSION_CONFLICT"):
        await face.call("update_item", item_id=item["id"], name="Desk", expected_version=7)

    assert await _events(books, item["id"]) == 1
    assert await books.count("events", "true") == before
