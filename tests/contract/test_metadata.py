"""What the OpenAPI document says of each operation beside its shapes: words, tags, limits."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI


@pytest.fixture(scope="session")
def document(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


def operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from path.values()


def parameter(document: dict[str, Any], path: str, name: str) -> dict[str, Any]:
    """A parameter of a GET."""
    declared: list[dict[str, Any]] = document["paths"][path]["get"]["parameters"]
    [found] = [it for it in declared if it["name"] == name]
    return found


def test_the_whole_says_what_it_is_and_under_which_terms(document: dict[str, Any]) -> None:
    info = document["info"]

    assert {"title", "version", "summary", "description", "contact", "license"} <= info.keys()
    assert document["servers"][0]["url"] == "/"


def test_every_operation_has_a_tag_that_is_explained_and_words_of_its_own(
    document: dict[str, Any],
) -> None:
    explained = {tag["name"] for tag in document["tags"] if tag["description"]}
    for operation in operations(document):
        name = operation["operationId"]
        assert len(operation["tags"]) == 1, name
        assert set(operation["tags"]) <= explained, name
        assert operation["summary"], name
        assert operation["description"], name
    assert explained == {tag for it in operations(document) for tag in it["tags"]}


def test_parameters_say_their_limits_and_patterns(document: dict[str, Any]) -> None:
    limit = parameter(document, "/v1/items", "limit")
    sort = parameter(document, "/v1/items", "sort")
    id = parameter(document, "/v1/items/{item_id}", "item_id")

    assert (limit["schema"]["minimum"], limit["schema"]["maximum"]) == (0, 200)
    assert limit["schema"]["default"] == 50
    assert (sort["schema"]["type"], sort["schema"]["pattern"][:3]) == ("string", "^-?")
    assert id["schema"]["pattern"] == "^(item_[0-9a-f]{32}|sku:.+)$"
    assert id["required"] is True
    assert "`sku:`" in id["description"]


def test_headers_are_named_as_people_write_them(document: dict[str, Any]) -> None:
    sent = {
        it["name"]
        for operation in operations(document)
        for it in operation.get("parameters", ())
        if it["in"] == "header"
    }

    assert {"Idempotency-Key", "If-Match", "If-None-Match"} <= sent
    assert all(name == name.title() for name in sent)


def test_statuses_say_what_came_of_it(document: dict[str, Any]) -> None:
    by_name = {it["operationId"]: it["responses"].keys() for it in operations(document)}

    assert "201" in by_name["create_item"]
    assert "202" in by_name["register"]
    assert {"200", "304"} <= by_name["get_item"]
