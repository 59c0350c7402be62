"""Items, customers and locations put by keys of their own, at both doors."""

import asyncio
from typing import Any

import httpx2
import pytest

from tests.faces import Face, GraphQLFace, Refused, RestFace
from tests.factories import a_category, an_item, unique
from tests.kernel.conftest import Books


async def test_an_item_is_created_and_then_replaced(face: Face) -> None:
    sku, category = unique("PUT"), await a_category(face)
    first = await face.call(
        "upsert_item", item_id=f"sku:{sku}", name="Chair", category_id=category["id"], unit="pair"
    )
    second = await face.call("upsert_item", item_id=f"sku:{sku.lower()}", name="Stool")
    third = await face.call("upsert_item", item_id=first["id"], name="Bench", sku=unique("NEW"))

    assert (first["sku"], first["version"], first["category_id"]) == (sku, 1, category["id"])
    assert second["id"] == third["id"] == first["id"]
    assert (second["version"], second["category_id"], second["unit"]) == (2, None, "each")
    assert third["version"] == 3
    assert third["sku"] != sku


@pytest.mark.parametrize(
    ("terms", "there", "code"),
    [
        ({"expected_presence": "ABSENT"}, True, "PRECONDITION_FAILED"),
        ({"expected_presence": "ABSENT"}, False, None),
        ({"expected_presence": "PRESENT"}, True, None),
        ({"expected_presence": "PRESENT"}, False, "PRECONDITION_FAILED"),
        ({"expected_version": 1}, True, None),
        ({"expected_version": 2}, True, "VERSION_CONFLICT"),
        ({"expected_version": 1}, False, "PRECONDITION_FAILED"),
        ({}, True, None),
    ],
)
async def test_what_is_expected_to_be_there_decides(
    face: Face, books: Books, terms: dict[str, Any], there: bool, code: str | None
) -> None:
    sku = (await an_item(face))["sku"] if there else unique("PUT")
    sent = {"item_id": f"sku:{sku}", "name": "Put", **terms}
    if code is None:
        assert (await face.call("upsert_item", **sent))["version"] == 1 + there
        return
    with pytest.raises(Refused, match=code):
        await face.call("upsert_item", **sent)
    assert await books.count("items", "name = 'Put' AND sku = :sku", sku=sku) == 0


async def test_the_status_tells_new_from_old_and_trying_out_creates_nothing(
    client: httpx2.AsyncClient, admin: str
) -> None:
    path, headers = f"/v1/items/sku:{unique('PUT')}", {"Authorization": admin}
    tried = await client.put(f"{path}?validate_only=true", json={"name": "x"}, headers=headers)
    missing = await client.get(path, headers=headers)
    keyed = headers | {"Idempotency-Key": unique("key")}
    made = await client.put(path, json={"name": "Chair"}, headers=keyed)
    again = await client.put(path, json={"name": "Chair"}, headers=keyed)
    replaced = await client.put(path, json={"name": "Stool"}, headers=headers)
    late = await client.put(path, json={"name": "Bench"}, headers=headers | {"If-None-Match": "*"})

    statuses = [it.status_code for it in (tried, missing, made, again, replaced, late)]
    assert statuses == [200, 404, 201, 201, 200, 412]
    assert made.headers["location"] == f"/v1/items/{made.json()['id']}"
    assert again.content == made.content
    assert late.json()["current_version"] == 2


@pytest.mark.parametrize(
    ("ref", "sent", "code"),
    [
        ("sku:A", {"name": "x", "sku": "B"}, "VALIDATION_FAILED"),
        ("sku:" + "k" * 65, {"name": "x"}, "VALIDATION_FAILED"),
        ("sku:A", {}, "VALIDATION_FAILED"),
        ("item_" + "0" * 32, {"name": "x"}, "NOT_FOUND"),
        ("nonsense", {"name": "x"}, "VALIDATION_FAILED"),
        ("sku:A", {"name": "x", "category_id": "slug:there-is-none"}, "NOT_FOUND"),
    ],
)
async def test_what_cannot_be_put_is_refused(
    rest: RestFace, ref: str, sent: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused, match=code):
        await rest.call("upsert_item", item_id=ref, **sent)


async def test_another_change_takes_no_absence(
    client: httpx2.AsyncClient, rest: RestFace, admin: str
) -> None:
    item = await an_item(rest)
    headers = {"Authorization": admin, "If-Match": "*", "If-None-Match": "*"}
    answer = await client.patch(f"/v1/items/{item['id']}", json={"name": "x"}, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_REQUEST")


KEYED: dict[str, tuple[str, str, dict[str, Any], dict[str, Any]]] = {
    "customer": ("external_ref", "ref", {"email": "ada@example.com"}, {"email": None}),
    "location": (
        "code",
        "code",
        {"kind": "TRANSIT", "priority": 7, "sellable": True},
        {"kind": "WAREHOUSE", "priority": 100, "sellable": True},
    ),
}


@pytest.mark.parametrize("word", KEYED)
async def test_other_things_are_put_by_their_keys(face: Face, word: str) -> None:
    field, prefix, said, unsaid = KEYED[word]
    key, another = unique("Key"), unique("Key")
    first = await face.call(
        f"upsert_{word}", name="Ada", **{f"{word}_id": f"{prefix}:{key}"}, **said
    )
    second = await face.call(f"upsert_{word}", name="Bea", **{f"{word}_id": f"{prefix}:{key}"})
    third = await face.call(
        f"upsert_{word}", name="Cy", **{f"{word}_id": first["id"], field: another}
    )

    assert (first[field], first["version"]) == (key, 1)
    assert first.items() >= said.items()
    assert (second["id"], second["name"], second["version"]) == (first["id"], "Bea", 2)
    assert second.items() >= unsaid.items()
    assert (third["id"], third[field], third["version"]) == (first["id"], another, 3)


@pytest.mark.parametrize("word", KEYED)
async def test_their_versions_and_absence_are_asked_for(face: Face, word: str) -> None:
    _, prefix, _, _ = KEYED[word]
    sent = {f"{word}_id": f"{prefix}:{unique('Key')}", "name": "Ada"}
    with pytest.raises(Refused, match="PRECONDITION_FAILED"):
        await face.call(f"upsert_{word}", **sent, expected_version=1)
    await face.call(f"upsert_{word}", **sent, expected_presence="ABSENT")
    with pytest.raises(Refused, match="PRECONDITION_FAILED"):
        await face.call(f"upsert_{word}", **sent, expected_presence="ABSENT")
    with pytest.raises(Refused, match="VERSION_CONFLICT"):
        await face.call(f"upsert_{word}", **sent, expected_version=2)

    assert (await face.call(f"upsert_{word}", **sent, expected_version=1))["version"] == 2


@pytest.mark.parametrize(
    ("word", "ref", "sent"),
    [
        ("customer", "ref:A", {"external_ref": "B"}),
        ("customer", "ref:A", {"external_ref": "a"}),
        ("customer", "ref:" + "k" * 101, {}),
        ("location", "code:A", {"code": "B"}),
        ("location", "code:" + "k" * 41, {}),
    ],
)
async def test_addresses_that_their_bodies_contradict_are_refused(
    face: Face, word: str, ref: str, sent: dict[str, Any]
) -> None:
    with pytest.raises(Refused, match="VALIDATION_FAILED"):
        await face.call(f"upsert_{word}", name="Ada", **{f"{word}_id": ref}, **sent)


@pytest.mark.parametrize("word", KEYED)
async def test_many_who_put_the_same_make_one(
    rest: RestFace, graphql: GraphQLFace, word: str
) -> None:
    _, prefix, _, _ = KEYED[word]
    ref = f"{prefix}:{unique('Key')}"
    faces: list[Face] = [rest, graphql] * 10
    made = await asyncio.gather(
        *(face.call(f"upsert_{word}", name="Ada", **{f"{word}_id": ref}) for face in faces)
    )

    assert len({it["id"] for it in made}) == 1
    assert sorted(it["version"] for it in made) == list(range(1, 21))
