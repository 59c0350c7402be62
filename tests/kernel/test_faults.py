"""Bugs, broken rules and a database that is away: what a caller hears, and what the log does."""

import socket
from collections.abc import AsyncIterator

import httpx2
import pytest
from structlog.testing import capture_logs

from api.main import create_app
from tests.conftest import settings_for
from tests.kernel.lab import DSN

BURN = 'mutation { burnDown(input: { name: "x" }) { result { name } errors { code } } }'
COUNT = """mutation { countTwice(input: { name: "x" VALIDATE }) {
  result { name } errors { code }
} }"""


async def test_b75_a_bug_is_masked_at_both_doors_and_logged_with_its_trace_id(
    laboratory: httpx2.AsyncClient,
) -> None:
    with capture_logs() as logs:
        rest = await laboratory.post("/v1/lab/burn-down", json={"name": "x"})
        graphql = await laboratory.post("/lab", json={"query": BURN})
        read = await laboratory.get("/v1/lab/ashes")

    assert (rest.status_code, rest.json()["code"]) == (500, "INTERNAL")
    assert (read.status_code, read.json()["code"]) == (500, "INTERNAL")
    (error,) = graphql.json()["errors"]
    assert error["extensions"]["code"] == "INTERNAL"
    for answer in (rest, graphql, read):
        assert "hunter2" not in answer.text
        assert "RuntimeError" not in answer.text
    ids = [rest.json()["trace_id"], error["extensions"]["trace_id"], read.json()["trace_id"]]
    assert ids == [answer.headers["x-request-id"] for answer in (rest, graphql, read)]
    faults = [entry for entry in logs if entry["event"] == "unhandled"]
    assert [fault.get("trace_id") for fault in faults] == ids
    assert all(DSN in str(fault["exc_info"]) for fault in faults)


async def test_a_bug_beside_another_field_leaves_the_other_its_answer(
    laboratory: httpx2.AsyncClient,
) -> None:
    answer = await laboratory.post(
        "/lab", json={"query": '{ __typename ashes(id: "x") { name } more(id: "y") { name } }'}
    )

    assert answer.json()["data"] == {"__typename": "LabQuery", "ashes": None, "more": None}
    assert [error["path"] for error in answer.json()["errors"]] == [["ashes"], ["more"]]


async def test_a_rule_broken_at_commit_is_a_refusal_not_a_success(
    laboratory: httpx2.AsyncClient,
) -> None:
    rest = await laboratory.post("/v1/lab/count-twice", json={"name": "x"})
    graphql = await laboratory.post("/lab", json={"query": COUNT.replace("VALIDATE", "")})

    assert (rest.status_code, rest.json()["code"]) == (409, "DUPLICATE")
    assert graphql.json()["data"]["countTwice"] == {
        "result": None,
        "errors": [{"code": "DUPLICATE"}],
    }


async def test_trying_out_meets_the_rules_of_commit_too(laboratory: httpx2.AsyncClient) -> None:
    rest = await laboratory.post("/v1/lab/count-twice?validate_only=true", json={"name": "x"})
    graphql = await laboratory.post(
        "/lab", json={"query": COUNT.replace("VALIDATE", "validateOnly: true")}
    )

    assert (rest.status_code, rest.json()["code"]) == (409, "DUPLICATE")
    assert graphql.json()["data"]["countTwice"]["errors"] == [{"code": "DUPLICATE"}]


@pytest.fixture
async def alone() -> AsyncIterator[httpx2.AsyncClient]:
    """A shop whose database's port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    app = create_app(settings_for(f"postgresql://shop:hunter2@127.0.0.1:{port}/shop"))
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop") as client:
        yield client
    await app.state.resources.database.close()


async def test_without_its_database_the_shop_says_so_at_both_doors(
    alone: httpx2.AsyncClient, admin: str
) -> None:
    headers = {"Authorization": admin}
    rest = await alone.get("/v1/items", headers=headers)
    graphql = await alone.post(
        "/graphql", json={"query": "{ me { user { id } } }"}, headers=headers
    )

    assert (rest.status_code, rest.json()["code"]) == (503, "UNAVAILABLE")
    assert graphql.status_code == 503
    assert graphql.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    for answer in (rest, graphql):
        assert int(answer.headers["retry-after"]) >= 1
        assert "hunter2" not in answer.text


async def test_without_its_database_nobody_can_log_in(alone: httpx2.AsyncClient) -> None:
    form = {"username": "a@example.com", "password": "correct horse"}
    rest = await alone.post("/v1/auth/token", data=form)
    text = """mutation { issueToken(input: { email: "a@example.com", password: "correct horse" }) {
      result { accessToken }
    } }"""
    graphql = await alone.post("/graphql", json={"query": text})

    assert (rest.status_code, rest.json()["code"]) == (503, "UNAVAILABLE")
    assert graphql.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"


async def test_without_its_database_the_shop_lives_but_is_not_ready(
    alone: httpx2.AsyncClient,
) -> None:
    live, ready = await alone.get("/healthz"), await alone.get("/readyz")

    assert live.status_code == 200
    assert ready.status_code == 503
    assert "retry-after" in ready.headers
    assert "hunter2" not in ready.text
