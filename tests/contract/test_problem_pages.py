"""Every code has a page that says what it means, what to do, and how either face says it."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from graphql import GraphQLObjectType

from api.domain.refusals import StockroomError, every_refusal
from api.explaining import explained
from api.pages.explanations import Explained, slug_of
from graphql_schema.errors import TOP
from rest.problems import STATUS
from tests.faces import SCHEMA

GRAPHQL = Path(__file__).parents[2] / "graphql_schema"
CODE = re.compile(r'"([A-Z]+(?:_[A-Z]+)+)"')
NO_REFUSALS = {"RATE_LIMIT"}


@pytest.mark.parametrize("error", every_refusal(), ids=lambda error: error.code)
async def test_a_refusal_has_a_page_with_both_renderings(
    client: httpx2.AsyncClient, error: type[StockroomError]
) -> None:
    page = await client.get(f"/problems/{slug_of(error.code)}")
    told = explained()[slug_of(error.code)]
    text = unescape(re.sub("<[^>]*>", "", page.text))

    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert all(part in text for part in (error.code, error.title, *told.advice.split("`")))
    for rendering in (told.rest, told.graphql):
        assert json.dumps(rendering, indent=2, ensure_ascii=False) in text
    assert told.rest is not None
    assert (told.rest["code"], told.rest["status"]) == (error.code, STATUS[error.kind])
    assert told.rest["type"] == page.url.path
    assert graphql_code(told.graphql) == error.code


def graphql_code(answer: Any) -> str:
    """The code where clients look for it; in a mutation all that its type has is there."""
    if "errors" in answer:
        return str(answer["errors"][0]["extensions"]["code"])
    [entry] = answer["data"]["updateItem"]["errors"]
    type_ = SCHEMA._schema.type_map[entry.pop("__typename")]
    assert isinstance(type_, GraphQLObjectType)
    assert entry.keys() == type_.fields.keys()
    return str(entry["code"])


@pytest.mark.parametrize("error", every_refusal(), ids=lambda error: error.code)
def test_graphql_says_a_refusal_where_its_kind_belongs(error: type[StockroomError]) -> None:
    told = explained()[slug_of(error.code)].graphql

    assert told is not None
    assert ("errors" in told) == (error.kind in TOP)


@pytest.mark.parametrize("it", explained().values(), ids=lambda it: it.code)
async def test_every_code_is_in_the_list_and_has_a_page(
    client: httpx2.AsyncClient, it: Explained
) -> None:
    listed = await client.get("/problems")
    page = await client.get(f"/problems/{slug_of(it.code)}")

    assert f'href="/problems/{slug_of(it.code)}"' in listed.text
    assert page.status_code == 200
    assert it.meaning
    assert it.advice


def test_every_code_that_graphql_writes_is_explained() -> None:
    written = {
        code for path in GRAPHQL.rglob("*.py") for code in CODE.findall(path.read_text("utf-8"))
    }

    assert {slug_of(code) for code in written - NO_REFUSALS} <= explained().keys()


async def test_the_address_in_a_refusal_leads_to_its_page(
    client: httpx2.AsyncClient, app: FastAPI, admin: str
) -> None:
    signed_in = {"Authorization": admin}
    refused = [
        await client.get("/v1/me"),
        await client.get("/v1/nowhere"),
        await client.put("/v1/items"),
        await client.get("/v1/items?sort=1", headers=signed_in),
        await client.get("/v1/items?after=x", headers=signed_in),
        await client.post("/v1/items", content="x", headers={"Content-Type": "text/plain"}),
    ]
    examples = app.openapi()["components"]["examples"]
    types = {answer.json()["type"] for answer in refused}
    types |= {example["value"]["type"] for example in examples.values()} - {"about:blank"}

    assert len(types) > 20
    for type_ in types:
        assert (await client.get(type_)).status_code == 200, type_


async def test_a_code_that_there_is_not_has_no_page(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/problems/no-such-thing")

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
