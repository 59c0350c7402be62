"""A client sends the hash of a document that was stored before it was released."""

import json
from typing import Any

import httpx2
import pytest

from api.domain.actors import Role
from api.domain.trusted.commands import id_of
from tests.conftest import SignIn
from tests.faces import Face, Refused
from tests.trusted.conftest import Open, a_document


def apq(document: str) -> dict[str, Any]:
    """The extension by which clients of Apollo name a document."""
    hash = id_of(document).removeprefix("sha256:")
    return {"persistedQuery": {"version": 1, "sha256Hash": hash}}


async def post(client: httpx2.AsyncClient, **body: object) -> httpx2.Response:
    return await client.post("/graphql", json=body)


def code_of(answer: httpx2.Response) -> str:
    code: str = answer.json()["errors"][0]["extensions"]["code"]
    return code


async def test_a_stored_document_is_executed_by_either_way_of_naming_it(
    open_shop: Open, face: Face
) -> None:
    shop, document = await open_shop(), a_document()
    pushed = await face.call("push_trusted_documents", texts=[document, document])

    by_id = await post(shop, documentId=id_of(document))
    by_extension = await post(shop, extensions=apq(document))
    in_full = await post(shop, query=document, extensions=apq(document))

    assert (pushed["stored"], pushed["known"]) == (1, 0)
    assert by_id.json() == by_extension.json() == in_full.json()
    assert len(by_id.json()["data"]["items"]["nodes"]) <= 3


async def test_pushing_again_changes_nothing(face: Face) -> None:
    document = a_document()
    await face.call("push_trusted_documents", texts=[document])

    again = await face.call("push_trusted_documents", texts=[document, a_document()])
    found = await face.call("get_trusted_document", trusted_document_id=id_of(document))

    assert (again["stored"], again["known"]) == (1, 1)
    assert found["text"] == document


async def test_what_is_not_stored_is_not_found_and_not_kept_from_a_client(open_shop: Open) -> None:
    shop, document = await open_shop(), a_document()

    before = await post(shop, extensions=apq(document))
    registered = await post(shop, query=document, extensions=apq(document))
    after = await post(shop, extensions=apq(document))

    assert code_of(before) == code_of(after) == "PERSISTED_QUERY_NOT_FOUND"
    assert before.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert "data" in registered.json()


@pytest.mark.parametrize(
    "named",
    [
        {"documentId": "sha256:00"},
        {"documentId": 7},
        {"documentId": "md5:" + "0" * 64},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "x"}}},
        {"query": "{ __typename }", "documentId": "sha256:" + "0" * 64},
        {"extensions": {"persistedQuery": {"sha256Hash": None}}},
        {"extensions": {"persistedQuery": "yes"}},
        {"documentId": id_of("{ a }"), "extensions": apq("{ b }")},
        {},
    ],
)
async def test_b69_a_name_that_is_none_is_refused(open_shop: Open, named: Any) -> None:
    answer = await post(await open_shop(), **named)

    assert (answer.status_code, code_of(answer)) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("extensions", [{"persistedQuery": {"by": "me"}}, {"tracing": True}])
async def test_b69_an_extension_of_somebody_else_is_passed_over(
    open_shop: Open, extensions: Any
) -> None:
    answer = await post(await open_shop(), query="{ __typename }", extensions=extensions)

    assert answer.json()["data"] == {"__typename": "Query"}


async def test_only_stored_documents_are_executed_where_it_is_set_so(
    open_shop: Open, face: Face
) -> None:
    shop, document, other = await open_shop(graphql_documents="only"), a_document(), a_document()
    await face.call("push_trusted_documents", texts=[document])

    assert "errors" not in (await post(shop, documentId=id_of(document))).json()
    assert "errors" not in (await post(shop, query=document)).json()
    by_get = await shop.get("/graphql", params={"query": other})
    for refused in (await post(shop, query=other), by_get, await post(shop, query="{ nonsense")):
        assert (code_of(refused), "data" in refused.json()) == ("DOCUMENT_NOT_TRUSTED", False)


async def test_a_key_may_be_for_stored_documents_alone(open_shop: Open, face: Face) -> None:
    shop, document, other = await open_shop(), a_document(), a_document()
    await face.call("push_trusted_documents", texts=[document])
    scopes = ["catalog:read", "keys:manage"]
    key = await face.call("create_api_key", name="App", scopes=scopes, stored_documents_only=True)
    shop.headers["authorization"] = f"Bearer {key['secret']}"
    same = await shop.post("/v1/api-keys", json={"name": "More", "scopes": ["catalog:read"]})
    shop.headers["authorization"] = f"Bearer {same.json()['secret']}"

    assert key["api_key"]["stored_documents_only"]
    assert "errors" not in (await post(shop, documentId=id_of(document))).json()
    assert "errors" not in (await post(shop, query=document)).json()
    refused = await post(shop, query=other)
    assert (code_of(refused), "data" in refused.json()) == ("DOCUMENT_NOT_TRUSTED", False)
    assert "this API key" in refused.json()["errors"][0]["message"]


async def test_hashes_say_nothing_where_they_are_off(open_shop: Open, face: Face) -> None:
    shop, document = await open_shop(graphql_documents="off"), a_document()
    await face.call("push_trusted_documents", texts=[document])

    assert code_of(await post(shop, documentId=id_of(document))) == "PERSISTED_QUERY_NOT_SUPPORTED"
    assert "data" in (await post(shop, query=document)).json()


async def test_what_is_got_by_its_hash_is_kept_and_asked_for_again(
    open_shop: Open, face: Face
) -> None:
    shop, document = await open_shop(rate_limit_points=100_000), a_document()
    await face.call("push_trusted_documents", texts=[document])
    address = httpx2.URL("/graphql", params={"documentId": id_of(document)})
    by_extension = {"extensions": json.dumps(apq(document))}

    first = await shop.get(address)
    second = await shop.get(address, headers={"if-none-match": first.headers["etag"]})
    third = await shop.get("/graphql", params=by_extension)

    assert (first.status_code, first.headers["cache-control"]) == (200, "private, no-cache")
    assert "Authorization" in first.headers["vary"]
    assert (second.status_code, second.content) == (304, b"")
    assert third.headers["etag"] == first.headers["etag"]
    assert "ratelimit" in first.headers
    other = await shop.get("/graphql", params={"query": document})
    assert "etag" not in other.headers


async def test_get_may_be_for_stored_documents_alone(open_shop: Open, face: Face) -> None:
    shop, document = await open_shop(graphql_get=False), a_document()
    await face.call("push_trusted_documents", texts=[document])

    stored = await shop.get("/graphql", params={"documentId": id_of(document)})
    refused = await shop.get("/graphql", params={"query": document})

    assert stored.status_code == 200
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")


async def test_a_stored_mutation_is_not_done_by_get(open_shop: Open, face: Face) -> None:
    shop = await open_shop()
    name = a_document().split()[1]
    made = 'createCategory(input: {name: "x", slug: "x"}) { replayed }'
    document = f"mutation {name} {{ {made} }}"
    await face.call("push_trusted_documents", texts=[document])

    answer = await shop.get("/graphql", params={"documentId": id_of(document)})

    assert (answer.status_code, code_of(answer)) == (405, "METHOD_NOT_ALLOWED")


async def test_only_who_manages_documents_pushes_them(face: Face, sign_in: SignIn) -> None:
    manager = face.signed_in(await sign_in(Role.MANAGER))

    with pytest.raises(Refused) as refused:
        await manager.call("push_trusted_documents", texts=[a_document()])

    assert refused.value.code == "FORBIDDEN"
