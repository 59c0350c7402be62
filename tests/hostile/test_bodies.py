"""Bodies that are not what they say, or say more than was asked."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from tests.factories import unique
from tests.hostile.conftest import BODY_LIMIT
from tests.hostile.doors import CREATE_ITEM, Doors, written

NO_OBJECT = [b'"text"', b"5", b"null", b"[]", b"true", b"[{}]"]
NO_JSON = {
    "nothing": b"",
    "bad UTF-8": b'{"name": "\xff\xfe"}',
    "a BOM": b"\xef\xbb\xbf{}",
    "UTF-16": '{"name": "Chair"}'.encode("utf-16"),
    "NaN": b'{"name": NaN}',
    "a trailing comma": b'{"name": "Chair",}',
    "two values": b"{} {}",
    "a depth of 100,000": b"[" * 100_000,
    "objects 100,000 deep": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a depth of 101": b'{"name":' + b"[" * 101 + b"]" * 101 + b"}",
    "the same key twice": b'{"name": "Chair", "name": "Stool"}',
    "the same key twice, deep inside": b'{"price": {"amount": "1", "amount": "2"}}',
    "a lone surrogate as a key": b'{"\\udc00": 1}',
    "an object of 29,000 keys": json.dumps(dict.fromkeys(map(str, range(29_000)))).encode(),
    "a number of 5,000 digits": b'{"n": ' + b"1" * 5000 + b"}",
}


@pytest.mark.parametrize("body", NO_OBJECT)
async def test_b86_a_body_that_is_no_object_is_refused(doors: Doors, body: bytes) -> None:
    rest = await doors.rest("POST", "/v1/items", body)
    graphql = await doors.post_graphql(body)

    assert rest.code in {"VALIDATION_FAILED", "BAD_REQUEST"}
    assert (graphql.status, graphql.code) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("nasty", NO_JSON)
async def test_b86_a_body_that_is_no_json_is_refused(doors: Doors, nasty: str) -> None:
    rest = await doors.rest("POST", "/v1/items", NO_JSON[nasty])
    graphql = await doors.post_graphql(NO_JSON[nasty])

    if nasty == "nothing":
        assert rest.code == "VALIDATION_FAILED"
    else:
        assert (rest.status, rest.code) == (400, "BAD_REQUEST")
    assert (graphql.status, graphql.code) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "x"]
)
async def test_json_is_read_only_when_it_says_that_it_is(doors: Doors, kind: str) -> None:
    sku = unique("S")
    rest = await doors.rest("POST", "/v1/items", {"sku": sku, "name": "Chair"}, content_type=kind)
    variables = {"input": {"sku": sku, "name": "Chair"}}
    graphql = await doors.graphql(CREATE_ITEM, variables, content_type=kind)

    assert (rest.status, rest.code) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert (graphql.status, graphql.code) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert (await doors.rest("GET", f"/v1/items/sku:{sku}")).status == 404


@pytest.mark.parametrize(
    "more",
    [
        {"id": "item_" + "0" * 32},
        {"version": 7},
        {"created_at": "2020-01-01T00:00:00Z"},
        {"archived_at": None},
        {"role": "ADMIN"},
        {"__proto__": {}},
        {"price": {"amount": "1.00", "currency": "EUR", "rate": "2"}},
    ],
)
async def test_b54_a_field_that_nobody_declared_is_refused_at_any_depth(
    doors: Doors, more: dict[str, Any]
) -> None:
    sku = unique("S")
    rest, graphql = await doors.create_item(sku=sku, **more)

    assert (rest.status, rest.code) == (422, "VALIDATION_FAILED")
    assert graphql.code == "BAD_REQUEST"
    assert (await doors.rest("GET", f"/v1/items/sku:{sku}")).status == 404


@pytest.mark.parametrize("field", ["sku", "name", "track_stock", "unit", "attributes"])
async def test_b55_null_is_no_value_for_what_must_have_one(doors: Doors, field: str) -> None:
    rest, graphql = await doors.create_item(**{"sku": unique("S"), "name": "Chair"})
    item = rest.body["id"]
    path, sent = f"/v1/items/{item}", {field: None}
    rest = await doors.rest("PATCH", path, sent, if_match='"1"')
    camel = {"track_stock": "trackStock"}.get(field, field)
    graphql = await doors.graphql(
        "mutation U($input: UpdateItemInput!) { updateItem(input: $input) { errors { code } } }",
        {"input": {"itemId": item, camel: None, "expectedVersion": 1}},
    )

    assert (rest.status, rest.code) == (422, "VALIDATION_FAILED")
    assert graphql.code in {"VALIDATION_FAILED", "BAD_REQUEST"}
    assert (await doors.rest("GET", path)).body["version"] == 1


async def _in_pieces(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 65_536 + 1):
        yield b" " * 65_536


@pytest.mark.parametrize("promised", [True, False])
async def test_b91_a_body_beyond_the_limit_is_refused_whatever_it_promised(
    street: httpx2.AsyncClient, admin: str, promised: bool
) -> None:
    form, plain = "application/x-www-form-urlencoded", "application/json"
    for path in ("/v1/items", "/graphql", "/v1/auth/token", "/nowhere"):
        kind = form if path.endswith("token") else plain
        headers = {"Authorization": admin, "Content-Type": kind}
        body = b" " * (BODY_LIMIT + 1) if promised else _in_pieces(BODY_LIMIT)
        answer = await street.post(path, content=body, headers=headers)
        told = answer.json()

        if path == "/nowhere":
            assert answer.status_code == 404  # nobody reads what nobody asked for
            continue
        code = told["errors"][0]["extensions"]["code"] if path == "/graphql" else told["code"]
        assert (answer.status_code, code) == (413, "PAYLOAD_TOO_LARGE")
        assert told.get("data") is None


async def test_a_body_just_within_the_limit_is_read(doors: Doors) -> None:
    sku = unique("S")
    body = written({"sku": sku, "name": "Chair"})
    answer = await doors.rest("POST", "/v1/items", body + b" " * (BODY_LIMIT - len(body)))

    assert answer.status == 201


async def test_a_form_with_odd_parts_opens_nothing(stranger: Doors) -> None:
    form = "application/x-www-form-urlencoded"
    odd = [
        b"",
        b"username=a",
        b"username=%00&password=%00",
        b"username=%ff%fe&password=%ed%a0%80",
        b"username=a&username=b&password=c",
        b"grant_type=implicit&username=a&password=b",
        b"&".join(b"f%d=1" % n for n in range(5_000)),
    ]
    for body in odd:
        answer = await stranger.rest("POST", "/v1/auth/token", body, content_type=form)
        assert answer.status in (400, 401, 422), (body[:60], answer.text)
        assert answer.code in {"BAD_REQUEST", "UNAUTHENTICATED", "VALIDATION_FAILED"}


@pytest.mark.parametrize("long", ["username", "password"])
async def test_a_form_with_a_word_too_long_is_refused(stranger: Doors, long: str) -> None:
    form = {"username": "a", "password": "b"} | {long: "canary" * 100}
    body = "&".join(f"{name}={value}" for name, value in form.items()).encode()
    kind = "application/x-www-form-urlencoded"
    answer = await stranger.rest("POST", "/v1/auth/token", body, content_type=kind)

    assert (answer.status, answer.code) == (422, "VALIDATION_FAILED")
    assert "canary" not in answer.text


async def test_an_upload_where_a_form_belongs_opens_nothing(stranger: Doors) -> None:
    part = b'Content-Disposition: form-data; name="username"; filename="a"\r\n\r\nb'
    body = b"--x\r\n" + part + b"\r\n--x--\r\n"
    for boundary in ("; boundary=x", "", "; boundary=" + "y" * 300):
        kind = "multipart/form-data" + boundary
        answer = await stranger.rest("POST", "/v1/auth/token", body, content_type=kind)
        assert answer.status in (400, 422), answer.text


async def test_a_refusal_never_repeats_a_password(doors: Doors) -> None:
    secret = "canary-password-" + "x" * 200
    user = {"email": "a", "name": "", "role": "KING", "password": secret, "nickname": secret}
    rest = await doors.rest("POST", "/v1/users", user)
    text = """mutation U($input: CreateUserInput!) { createUser(input: $input) {
      errors { code message path ... on ValidationFailed { errors { path message } } }
    } }"""
    graphql = await doors.graphql(
        text, {"input": {"email": "a", "name": "", "role": "ADMIN", "password": secret}}
    )

    assert (rest.code, graphql.code) == ("VALIDATION_FAILED", "VALIDATION_FAILED")
    assert "canary" not in rest.text + graphql.text
    assert {tuple(fault["path"]) for fault in rest.body["errors"]} >= {("password",), ("email",)}


async def test_a_short_password_in_a_variable_is_not_repeated_either(doors: Doors) -> None:
    text = "mutation U($input: CreateUserInput!) { createUser(input: $input) { errors { code } } }"
    body = {"query": text, "variables": {"input": {"password": "canary-1", "role": "canary-2"}}}
    answer = await doors.post_graphql(json.dumps(body).encode())

    assert answer.code == "BAD_REQUEST"
    assert "canary-1" not in answer.text


async def test_b69_several_commands_in_one_body_are_none_at_either_door(doors: Doors) -> None:
    items = [{"sku": unique("S"), "name": "Chair"} for _ in range(2)]
    rest = await doors.rest("POST", "/v1/items", items)
    batch = [{"query": CREATE_ITEM, "variables": {"input": item}} for item in items]
    graphql = await doors.post_graphql(written(batch))

    assert (rest.status, rest.code) == (422, "VALIDATION_FAILED")
    assert (graphql.status, graphql.code) == (400, "BAD_REQUEST")
    for item in items:
        assert (await doors.rest("GET", f"/v1/items/sku:{item['sku']}")).status == 404
