"""Which door serves what: POST for queries and mutations, GET for queries, sockets for news."""

import httpx2
import pytest

from tests.graphql_http.conftest import Asker, codes

NEWER = "application/graphql-response+json"


async def test_a_query_may_come_in_a_url(shop: httpx2.AsyncClient) -> None:
    query = "query ($n: Int) { items(first: $n) { nodes { name } } }"

    answer = await shop.get("/graphql", params={"query": query, "variables": '{"n": 1}'})

    assert answer.json()["data"] == {"items": {"nodes": [{"name": "Chair"}]}}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
async def test_no_other_method_is_served(shop: httpx2.AsyncClient, method: str) -> None:
    answer = await shop.request(method, "/graphql")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST"


async def test_b73_a_mutation_in_a_url_is_refused(shop: httpx2.AsyncClient) -> None:
    answer = await shop.get("/graphql", params={"query": "mutation { rename }"})

    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert codes(answer) == ["METHOD_NOT_ALLOWED"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "?query=",
        "?query={item{name}}&query=mutation{rename}",
        "?query={item{name}}&variables={",
        "?query={item{name}}&variables=[7]",
        "?query={item{name}}&extensions=7",
    ],
)
async def test_a_url_that_is_no_request_is_refused(shop: httpx2.AsyncClient, url: str) -> None:
    answer = await shop.get("/graphql" + url)

    assert answer.status_code == 400
    assert codes(answer) == ["BAD_REQUEST"]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_subscription_needs_a_socket(shop: httpx2.AsyncClient, method: str) -> None:
    parameters = {"query": "subscription { arrivals }"}

    answer = await (
        shop.get("/graphql", params=parameters)
        if method == "GET"
        else shop.post("/graphql", json=parameters)
    )

    assert answer.status_code == 400
    assert "WebSocket" in answer.json()["errors"][0]["message"]


async def test_no_page_is_served_where_the_api_is(shop: httpx2.AsyncClient) -> None:
    answer = await shop.get("/graphql", headers={"accept": "text/html"})

    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("application/json")


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("text/html", "application/json"),
        (NEWER, NEWER),
        (f"{NEWER}, application/json;q=0.9", NEWER),
        (f"{NEWER};q=0.5, application/json", "application/json"),
        (f"{NEWER};q=0", "application/json"),
        (f"{NEWER};q=many", "application/json"),
        ("application/json, " + NEWER, NEWER),
    ],
)
async def test_the_answer_comes_in_the_type_that_was_asked_for(
    shop: httpx2.AsyncClient, accept: str | None, expected: str
) -> None:
    headers = {} if accept is None else {"accept": accept}

    answer = await shop.post("/graphql", json={"query": "{ item { name } }"}, headers=headers)

    assert answer.headers["content-type"] == f"{expected}; charset=utf-8"
    assert answer.headers["vary"] == "Authorization, Cookie, Accept"


async def test_a_field_that_fails_leaves_the_others_standing(ask: Asker) -> None:
    answer = await ask("{ item { name } fire }")

    assert answer.status_code == 200
    assert answer.json()["data"] == {"item": {"name": "Chair"}, "fire": None}
    [error] = answer.json()["errors"]
    assert (error["message"], error["path"]) == ("Something broke.", ["fire"])


@pytest.mark.parametrize("accept", ["application/json", NEWER])
@pytest.mark.parametrize(
    ("refusal", "status", "message"),
    [
        ("UNAUTHENTICATED", 401, "Not today."),
        ("RATE_LIMITED", 429, "Not today."),
        ("UNAVAILABLE", 503, "Not today."),
        ("BUG", 500, "Something broke."),
    ],
)
async def test_whoever_is_turned_away_at_the_door_sees_it_in_the_status(
    shop: httpx2.AsyncClient, refusal: str, status: int, message: str, accept: str
) -> None:
    body = {"query": "{ item { name } }", "extensions": {"refuse": refusal}}

    answer = await shop.post("/graphql", json=body, headers={"accept": accept})

    assert answer.status_code == status
    assert "data" not in answer.json()
    assert answer.json()["errors"][0]["message"] == message


async def test_what_the_context_adds_to_the_headers_reaches_the_client(ask: Asker) -> None:
    served, refused = await ask("{ item { name } }"), await ask("{ nothing }")

    assert served.headers["x-aisle"] == refused.headers["x-aisle"] == "7"


async def test_a_document_with_several_operations_needs_a_name(ask: Asker) -> None:
    document = "query A { item { name } } query B { items { nodes { name } } }"

    unnamed, unknown = await ask(document), await ask(document, operationName="C")
    named = await ask(document, operationName="A")

    assert (unnamed.status_code, codes(unnamed)) == (400, ["OPERATION_NOT_FOUND"])
    assert (unknown.status_code, codes(unknown)) == (400, ["OPERATION_NOT_FOUND"])
    assert named.json()["data"] == {"item": {"name": "Chair"}}
