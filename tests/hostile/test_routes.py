"""Addresses that are not there, methods that are not theirs, and headers that mean nothing."""

import httpx2
import pytest

from tests.factories import unique
from tests.hostile.doors import CREATE_ITEM, Doors, written

KEYS = {
    "256 characters": "k" * 256,
    "nothing": "",
    "a space": "a b",
    "a control character": "a\tb",
    "another script": "caf\u00e9",
}


@pytest.mark.parametrize(
    "path", ["/v1/nowhere", "/nowhere", "/v1", "/v1/items/a/b/c", "/v1//items"]
)
async def test_an_address_that_is_not_there_is_a_problem_too(doors: Doors, path: str) -> None:
    answer = await doors.rest("GET", path)

    assert (answer.status, answer.code) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/v1/items", {"GET", "POST", "QUERY"}),
        ("PUT", "/v1/items", {"GET", "POST", "QUERY"}),
        ("POST", "/v1/me", {"GET"}),
        ("GET", "/v1/auth/token", {"POST"}),
        ("OPTIONS", "/v1/items", {"GET", "POST", "QUERY"}),
        ("DELETE", "/v1/items/sku:x", {"GET", "PATCH", "PUT"}),
    ],
)
async def test_a_method_that_the_address_lacks_is_refused_with_those_it_has(
    doors: Doors, method: str, path: str, allow: set[str]
) -> None:
    answer = await doors.rest(method, path)

    assert (answer.status, answer.code) == (405, "METHOD_NOT_ALLOWED")
    named = {name.strip() for name in answer.response.headers["allow"].split(",")}
    assert named - {"HEAD", "OPTIONS"} == allow


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_graphql_refuses_other_methods_in_its_own_shape(
    street: httpx2.AsyncClient, method: str
) -> None:
    answer = await street.request(method, "/graphql")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST"
    assert answer.json()["errors"][0]["extensions"]["code"] == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize("path", ["/v1/items", "/graphql", "/v1/nowhere", "/healthz"])
async def test_a_head_has_no_body_and_no_fault(street: httpx2.AsyncClient, path: str) -> None:
    answer = await street.head(path)

    assert answer.status_code in (200, 401, 404, 405)
    assert answer.content == b""


@pytest.mark.parametrize("nasty", KEYS)
async def test_an_idempotency_key_that_is_none_is_refused(doors: Doors, nasty: str) -> None:
    sku = unique("S")
    body = {"sku": sku, "name": "Chair"}
    response = await doors.client.post(
        "/v1/items",
        content=written(body),
        headers={
            b"authorization": (doors.authorization or "").encode(),
            b"content-type": b"application/json",
            b"idempotency-key": KEYS[nasty].encode("latin-1"),
        },
    )
    graphql = await doors.graphql(CREATE_ITEM, {"input": body | {"idempotencyKey": KEYS[nasty]}})

    assert (response.status_code, response.json()["code"]) == (400, "BAD_REQUEST")
    assert graphql.code in {"BAD_REQUEST", "VALIDATION_FAILED"}
    assert (await doors.rest("GET", f"/v1/items/sku:{sku}")).status == 404


async def test_a_key_in_quotation_marks_is_the_key_itself(doors: Doors) -> None:
    body, key = {"sku": unique("S"), "name": "Chair"}, unique("key")
    first = await doors.rest("POST", "/v1/items", body, idempotency_key=f'"{key}"')
    again = await doors.rest("POST", "/v1/items", body, idempotency_key=key)

    assert again.body == first.body
    assert again.response.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize("id", ["short", "x" * 65, "with space", 'quote"quote', "{}{}{}{}{}"])
async def test_a_request_id_that_could_do_harm_is_replaced(
    street: httpx2.AsyncClient, id: str
) -> None:
    answer = await street.get("/v1/me", headers={b"x-request-id": id.encode()})

    assert answer.headers["x-request-id"] != id
    assert answer.json()["trace_id"] == answer.headers["x-request-id"]


async def test_b91_two_hundred_headers_and_a_long_one_do_no_harm(
    street: httpx2.AsyncClient,
) -> None:
    many = {f"x-header-{n}": "x" for n in range(200)}
    assert (await street.get("/healthz", headers=many)).status_code == 200

    long = await street.get("/healthz", headers={"x-long": "x" * 65_536 * 2})
    assert long.status_code in (200, 400, 431)
    assert (await street.get("/healthz")).status_code == 200


async def test_a_stale_page_in_a_foreign_frame_is_told_nothing(street: httpx2.AsyncClient) -> None:
    answer = await street.options(
        "/v1/items",
        headers={"origin": "https://evil.example", "access-control-request-method": "POST"},
    )

    assert "access-control-allow-origin" not in answer.headers
