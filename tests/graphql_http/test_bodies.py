"""Whatever is sent, the shop answers with a clear refusal and never with a fault of its own."""

import json
from typing import Any

import httpx2
import pytest

from tests.graphql_http.shop import make_app

JSON = {"content-type": "application/json"}
ITEM = "{ item { name } }"
ECHO = "query ($v: JSON) { echo(anyValue: $v) }"

BAD_BODIES = {
    "nothing": b"",
    "a string": b'"hello"',
    "a number": b"7",
    "null": b"null",
    "a list": b"[]",
    "a batch": b'[{"query": "{ item { name } }"}, {"query": "{ item { name } }"}]',
    "half of an object": b'{"query": ',
    "invalid UTF-8": b'{"query": "{ item { name } } # \xff"}',
    "UTF-16": json.dumps({"query": ITEM}).encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + json.dumps({"query": ITEM}).encode(),
    "200,000 open brackets": b"[" * 200_000,
    "a variable nested 500 deep": b'{"query": "{ item { name } }", "variables": {"v": %s}}'
    % (b"[" * 500 + b"]" * 500),
    "NaN": b'{"query": "{ item { name } }", "variables": {"v": NaN}}',
    "Infinity": b'{"query": "{ item { name } }", "variables": {"v": -Infinity}}',
    "1e400": b'{"query": "{ item { name } }", "variables": {"v": 1e400}}',
    "10^5000": b'{"query": "{ item { name } }", "variables": {"v": 1%s}}' % (b"0" * 5000),
    "the query twice": b'{"query": "{ item { name } }", "query": "mutation { rename }"}',
    "a variable twice": b'{"query": "{ item { name } }", "variables": {"v": 1, "v": 2}}',
    "half a surrogate pair in the query": b'{"query": "{ item { name } } # \\ud800"}',
    "half a surrogate pair in a variable": b'{"query": "{fire}", "variables": {"v": "\\udfff"}}',
    "half a surrogate pair in a key": b'{"query": "{item{name}}", "variables": {"\\ud800": 1}}',
    "no query": b'{"variables": {}}',
    "an empty query": b'{"query": ""}',
    "a query that is null": b'{"query": null}',
    "a query that is a number": b'{"query": 7}',
    "variables that are a list": b'{"query": "{ item { name } }", "variables": [7]}',
    "variables that are text": b'{"query": "{ item { name } }", "variables": "{}"}',
    "an operation name that is a number": b'{"query": "{ item { name } }", "operationName": 7}',
    "extensions that are text": b'{"query": "{ item { name } }", "extensions": "x"}',
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES.keys())
async def test_b69_a_body_that_is_no_request_is_refused(
    street: httpx2.AsyncClient, body: bytes
) -> None:
    answer = await street.post("/graphql", content=body, headers=JSON)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    [error] = answer.json()["errors"]
    assert error["extensions"] == {"code": "BAD_REQUEST", "trace_id": "trace-1"}
    assert error["message"]


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ item { name \0 } }", {}),
        ('{ echo(text: "\\uD800") }', {}),
        (ITEM, {"unused": "\0"}),
        (ECHO, {"v": "a\0b"}),
        (ECHO, {"v": 10**200}),
        (ECHO, {"v": [[[[1]]]]}),
        ("query ($v: Int) { echo(whole: $v) }", {"v": 2**31}),
        ("query ($v: Int) { echo(whole: $v) }", {"v": "1_0"}),
        ("query ($v: Float) { echo(real: $v) }", {"v": 10**250}),
        ("query ($v: Float) { echo(real: $v) }", {"v": True}),
        ("query ($v: String) { echo(text: $v) }", {"v": {"a": 1}}),
        ("{ echo(whole: %s) }" % ("9" * 5000), {}),
        ("{ echo(real: %s) }" % ("9" * 5000), {}),
        ("{ echo(real: 1e400) }", {}),
        ("{ echo(anyValue: %s) }" % ("9" * 5000), {}),
        ("{ echo(anyValue: {a: %s}) }" % ("9" * 30), {}),
        ("{ items(first: %s) { nodes { name } } }" % ("9" * 5000), {}),
        ("query ($n: Int = %s) { items(first: $n) { nodes { name } } }" % ("9" * 5000), {}),
        (ITEM, {"operationName": "x" * 10_000}),
    ],
)
async def test_a_strange_value_never_breaks_the_shop(
    street: httpx2.AsyncClient, query: str, variables: dict[str, object]
) -> None:
    body = json.dumps({"query": query, "variables": variables})

    answer = await street.post("/graphql", content=body, headers=JSON)

    assert answer.status_code == 200
    assert "extensions" in answer.json() or "errors" in answer.json()
    assert "Traceback" not in answer.text


async def test_a_number_of_any_length_comes_back_as_it_was_sent(
    street: httpx2.AsyncClient,
) -> None:
    answer = await street.post("/graphql", json={"query": ECHO, "variables": {"v": 10**40}})

    assert answer.json()["data"] == {"echo": [None, None, None, 10**40]}


async def test_who_hangs_up_in_the_middle_of_a_body_is_refused_and_nothing_breaks() -> None:
    heard: list[Any] = [
        {"type": "http.request", "body": b'{"query": ', "more_body": True},
        {"type": "http.disconnect"},
    ]
    scope = {
        **{"type": "http", "method": "POST", "path": "/graphql", "raw_path": b"/graphql"},
        **{"root_path": "", "query_string": b"", "http_version": "1.1", "scheme": "http"},
        "headers": [(b"content-type", b"application/json")],
    }
    said: list[Any] = []

    async def receive() -> Any:
        return heard.pop(0)

    async def send(message: Any) -> None:
        said.append(message)

    await make_app()(scope, receive, send)

    assert said[0]["status"] == 400
    [error] = json.loads(said[1]["body"])["errors"]
    assert error["extensions"]["code"] == "BAD_REQUEST"


async def test_what_a_request_holds_beyond_its_four_parameters_is_ignored(
    street: httpx2.AsyncClient,
) -> None:
    body = {"query": ITEM, "id": 7, "documentId": None, "extensions": {"persistedQuery": {}}}

    answer = await street.post("/graphql", json=body)

    assert answer.json()["data"] == {"item": {"name": "Chair"}}


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=latin-1",
        "application/jsonp",
    ],
)
async def test_b73_only_json_is_read(street: httpx2.AsyncClient, content_type: str | None) -> None:
    headers = {"content-type": content_type} if content_type else {}

    answer = await street.post(
        "/graphql", content=json.dumps({"query": ITEM}).encode(), headers=headers
    )

    assert answer.status_code == 415
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNSUPPORTED_MEDIA_TYPE"
