"""What has a new name is still taken under its old one, and the answer says until when."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from api.domain.deprecations import DEPRECATIONS, Deprecation
from tests.faces import RestFace
from tests.factories import an_item, unique

TOLD = {"deprecation", "sunset"}


def route_of(openapi: dict[str, Any], operation: str) -> tuple[str, dict[str, Any]]:
    return next(
        (path, methods["get"])
        for path, methods in openapi["paths"].items()
        if methods.get("get", {}).get("operationId") == operation
    )


@pytest.mark.parametrize("it", DEPRECATIONS, ids=lambda it: f"{it.operation}-{it.name}")
def test_the_contract_shows_what_will_be_gone(app: FastAPI, it: Deprecation) -> None:
    _, declared = route_of(app.openapi(), it.operation)
    by_name = {parameter["name"]: parameter for parameter in declared["parameters"]}

    assert by_name[it.name]["deprecated"] is True
    assert by_name[it.name]["description"] == it.reason
    assert by_name[it.name]["schema"] == by_name[it.instead]["schema"]
    assert "deprecated" not in by_name[it.instead]
    assert {"Deprecation", "Sunset", "Link"} <= declared["responses"]["200"]["headers"].keys()
    assert (it.sunset - it.since).days > 180


async def test_the_old_name_finds_what_the_new_one_finds_and_says_that_it_is_going(
    client: httpx2.AsyncClient, rest: RestFace, admin: str
) -> None:
    item = await an_item(rest, name=unique("Öak & ash"))
    headers, [it] = {"Authorization": admin}, DEPRECATIONS
    old = await client.get("/v1/items", params={"search": item["name"]}, headers=headers)
    new = await client.get("/v1/items", params={"q": item["name"]}, headers=headers)
    text = await client.get("/v1/items", params={"q": "search="}, headers=headers)

    assert [row["id"] for row in old.json()["data"]] == [item["id"]]
    assert old.content == new.content
    assert not TOLD & new.headers.keys()
    assert not TOLD & text.headers.keys()
    since = datetime.fromtimestamp(int(old.headers["deprecation"].removeprefix("@")), UTC)
    assert since.date() == it.since
    assert parsedate_to_datetime(old.headers["sunset"]).date() == it.sunset
    assert '</deprecations>; rel="deprecation"; type="text/html"' in old.headers["link"]


async def test_the_page_behind_the_link_says_what_to_do(client: httpx2.AsyncClient) -> None:
    page = await client.get("/deprecations")

    assert page.status_code == 200
    for it in DEPRECATIONS:
        assert f"{it.operation}({it.name})" in page.text
        assert f"<code>{it.instead}</code>; sunset {it.sunset}." in page.text


async def test_both_names_at_once_are_refused(client: httpx2.AsyncClient, admin: str) -> None:
    answer = await client.get("/v1/items?search=a&q=b", headers={"Authorization": admin})

    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_FAILED")
    assert "q" in answer.json()["detail"]


async def test_graphql_takes_the_old_name_and_tells_of_it_beside_the_answer(
    client: httpx2.AsyncClient, rest: RestFace, admin: str
) -> None:
    item, [it] = await an_item(rest, name=unique("Elm")), DEPRECATIONS
    text = "query($text: String) { items(%s: $text) { nodes { id } } }"
    answers = []
    for name in (it.name, it.instead):
        body = {"query": text % name, "variables": {"text": item["name"]}}
        sent = await client.post("/graphql", json=body, headers={"Authorization": admin})
        answers.append(sent.json())
    old, new = answers

    assert old["data"] == new["data"] == {"items": {"nodes": [{"id": item["id"]}]}}
    assert "deprecations" not in new["extensions"]
    assert old["extensions"]["deprecations"] == [
        {"coordinate": "Query.items(search:)", "reason": it.reason, "sunset": str(it.sunset)}
    ]


async def test_graphql_refuses_both_names_at_once(client: httpx2.AsyncClient, admin: str) -> None:
    body = {"query": '{ items(search: "a", q: "b") { nodes { id } } }'}
    answer = await client.post("/graphql", json=body, headers={"Authorization": admin})

    [error] = answer.json()["errors"]
    assert error["extensions"]["code"] == "VALIDATION_FAILED"
    assert error["extensions"]["errors"][0]["path"] == ["search"]
