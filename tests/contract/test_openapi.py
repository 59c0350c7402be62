"""What the documents say: examples that would be taken, and refusals that have a name."""

from collections.abc import Iterator
from typing import Any

import httpx2
import orjson
import pytest
from fastapi import FastAPI
from jsonschema_rs import Draft202012Validator
from pydantic import SecretStr, TypeAdapter

from api.domain.operations import OPERATIONS, Kind
from api.domain.refusals import StockroomError, every_refusal
from api.main import create_app
from api.settings import Settings
from rest.documents.answers import HEADERS, rendered
from rest.documents.examples import Examples, MissingExample, refusal
from rest.lists import operation_of
from rest.openapi import versions
from rest.problems import STATUS


@pytest.fixture(scope="session")
def document(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


def operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from path.values()


def contents(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Whatever is sent or answered with success, by its operation."""
    for operation in operations(document):
        name = operation["operationId"]
        for content in operation.get("requestBody", {}).get("content", {}).values():
            yield f"{name} takes", content
        for status, answer in operation["responses"].items():
            for kind, content in answer.get("content", {}).items():
                if kind.startswith("image/"):  # bytes have no schema
                    continue
                yield f"{name} answers {status}", content


def test_every_example_is_what_its_schema_says(document: dict[str, Any]) -> None:
    shown = dict(contents(document))
    wrong = {
        name: fault.message
        for name, content in shown.items()
        for fault in Draft202012Validator(
            content["schema"] | {"components": document["components"]}
        ).iter_errors(content["example"])
    }

    assert len(shown) > 60
    assert wrong == {}


def test_every_example_of_a_command_would_be_taken(document: dict[str, Any]) -> None:
    taken = 0
    for operation in operations(document):
        entry = operation_of(operation["operationId"])
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if entry and entry.command and body:
            TypeAdapter(entry.command).validate_python(body["example"])
            taken += 1

    assert taken > 15


def test_a_field_without_an_example_is_told_at_once() -> None:
    schema = {"title": "Shelf", "required": ["moss"], "properties": {"moss": {"type": "string"}}}

    with pytest.raises(MissingExample, match=r"Shelf\.moss"):
        Examples({}).answer(schema)


@pytest.mark.parametrize("error", every_refusal(), ids=lambda error: error.code)
def test_every_refusal_has_an_example_that_says_all_that_it_can(
    document: dict[str, Any], error: type[StockroomError]
) -> None:
    raised = refusal(error)
    problem = rendered(raised)

    assert problem["code"] == error.code
    assert problem["status"] == STATUS[error.kind]
    assert problem["type"] == f"/problems/{error.code.lower().replace('_', '-')}"
    assert raised.plain_details.items() <= problem.items()
    schema = document["components"]["schemas"]["Problem"]
    assert list(Draft202012Validator(schema).iter_errors(problem)) == []


def test_every_operation_says_what_its_kind_may_be_refused_for(document: dict[str, Any]) -> None:
    said = {
        operation["operationId"]: {status for status in operation["responses"] if status > "399"}
        for operation in operations(document)
    }

    assert said["list_items"] >= {"400", "401", "403", "422", "500", "503"}
    assert said["get_item"] >= {"400", "401", "403", "404", "422", "503"}
    assert said["update_item"] >= {"404", "409", "412", "413", "415", "422", "428"}
    assert said["upsert_customer"] >= {"404", "409", "412", "413", "415", "422"}
    assert all(said[name] >= {"400", "401", "422", "500", "503"} for name in said)


def test_only_a_command_that_takes_them_declares_conditions(document: dict[str, Any]) -> None:
    taken = {"if-match": set[str](), "if-none-match": set[str]()}
    for operation in operations(document):
        for it in operation.get("parameters", ()):
            name = it.get("$ref", it.get("name", "")).rpartition("/")[2].lower()
            entry = operation_of(operation["operationId"])
            if name in taken and entry and entry.kind is Kind.COMMAND:
                taken[name].add(operation["operationId"])

    known = [it for it in OPERATIONS.values() if it.kind is Kind.COMMAND]
    upserts = {it.name for it in known if it.upserts}
    assert taken["if-none-match"] == upserts
    assert taken["if-match"] == upserts | {it.name for it in known if it.versioned}


def test_answers_are_declared_with_the_headers_that_they_bring(document: dict[str, Any]) -> None:
    [placed] = [it for it in operations(document) if it["operationId"] == "place_order"]
    headers = placed["responses"]["201"]["headers"]

    assert headers.keys() >= {"ETag", "Location", "Idempotency-Replayed", "X-Request-Id"}
    refused = placed["responses"]["503"]["$ref"].rpartition("/")[2]
    declared = document["components"]["responses"][refused]["headers"]
    assert declared.keys() >= {"Retry-After", "X-Request-Id"}
    assert document["components"]["headers"] == HEADERS


def spelled_out(part: Any, components: dict[str, Any]) -> Any:
    """A part of a document with what it refers to in its place, but for schemas."""
    match part:
        case {"$ref": str(address)} if "/schemas/" not in address:
            kind, name = address.split("/")[2:]
            return spelled_out(components[kind][name], components)
        case {"examples": {"usual": example}}:
            rest = {key: value for key, value in part.items() if key != "examples"}
            shown = spelled_out(example, components)["value"]
            return spelled_out(rest, components) | {"example": shown}
        case dict():
            return {key: spelled_out(value, components) for key, value in part.items()}
        case list():
            return [spelled_out(value, components) for value in part]
    return part


def paths(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = spelled_out(document["paths"], document["components"])
    return found


def test_what_is_published_says_all_of_it_and_nothing_twice(
    app: FastAPI, document: dict[str, Any]
) -> None:
    published = versions(app)["3.2"]
    parameters = [it for way in operations(published) for it in way.get("parameters", ())]
    once = [str(it) for it in parameters if "$ref" not in it]

    assert paths(published) == paths(document)
    assert published["components"]["schemas"] == document["components"]["schemas"]
    assert len(once) == len(set(once)) < len(parameters) / 2
    assert all(len(orjson.dumps(it)) < 450_000 for it in versions(app).values())


def test_the_older_document_says_the_same_in_words_of_its_own(app: FastAPI) -> None:
    newer, older = versions(app)["3.2"], versions(app)["3.1"]
    said, also = paths(newer), paths(older)

    assert (newer["openapi"], older["openapi"]) == ("3.2.0", "3.1.1")
    assert newer["components"]["schemas"] == older["components"]["schemas"]
    assert not any("query" in path for path in also.values())
    for name, path in said.items():
        assert {**path, "query": None} == {**also[name], "query": None}


async def test_both_documents_are_served(app: FastAPI, client: httpx2.AsyncClient) -> None:
    newer, older = await client.get("/openapi.json"), await client.get("/openapi-3.1.json")

    assert newer.json() == versions(app)["3.2"]
    assert older.json() == versions(app)["3.1"]
    assert newer.headers["content-type"] == "application/json"


async def test_whoever_asks_first_does_not_wait_until_the_document_is_made() -> None:
    settings = {"DATABASE_URL": "postgresql://localhost/none", "secret": SecretStr("s" * 32)}
    fresh = create_app(Settings.model_validate(settings))
    transport = httpx2.ASGITransport(app=fresh)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get("/openapi.json")

    assert answer.status_code == 200
    assert fresh.openapi_schema is None
