"""Null where there must be a value, in every command, at every depth, at both doors; and what a
change does not name.
"""

import re
from typing import Any

import httpx2
import pytest

from api.domain.operations import OPERATIONS
from tests.access.test_assignment import (
    COMMANDS,
    Place,
    bodies,
    camel_place,
    input_of,
    paths,
    places,
    whole,
)
from tests.faces import Face, RestFace, camel
from tests.kernel.test_trying_out import example

__all__ = ["bodies"]
CHANGES = sorted(name for name in COMMANDS if name.startswith("update_"))
READS = {name: f"get_{name.removeprefix('update_')}" for name in CHANGES}
MOVED = {"name", "version", "updated_at"}


def resolved(schema: Any, openapi: dict[str, Any]) -> list[dict[str, Any]]:
    """What a schema may be, references followed."""
    if "$ref" in schema:
        schema = openapi["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        return [it for each in schema["anyOf"] for it in resolved(each, openapi)]
    return [schema]


def fields_at(openapi: dict[str, Any], schema: Any, at: Place) -> dict[str, bool]:
    """The fields of the object at a place of a body, and whether each may be null."""
    for step in at:
        options = resolved(schema, openapi)
        inner = [it["items"] if step == 0 else it.get("properties", {}).get(step) for it in options]
        schema = next(it for it in inner if it is not None)
    [found] = [it for it in resolved(schema, openapi) if "properties" in it]
    return {
        name: any(it.get("type") == "null" for it in resolved(inner, openapi))
        for name, inner in found["properties"].items()
    }


def with_null(sent: Any, at: Place, name: str) -> Any:
    """The same with null there."""
    if not at:
        return sent | {name: None}
    step, *rest = at
    inner = with_null(sent[step], tuple(rest), name)
    if isinstance(sent, list):
        return [inner if number == step else it for number, it in enumerate(sent)]
    return sent | {step: inner}


def refuses(told: Any, name: str) -> bool:
    """Whether a refusal is about this field."""
    return any(path[-1] == name for path in paths(told))


async def over_graphql(client: httpx2.AsyncClient, headers: Any, operation: str, sent: Any) -> Any:
    field, type_ = input_of(operation)
    text = f"mutation M($input: {type_.name}!) {{ {field}(input: $input)"
    text += " { errors { code path } } }"
    tried = {"validateOnly": True} if "validateOnly" in type_.fields else {}
    body = {"query": text, "variables": {"input": sent | tried}}
    told = (await client.post("/graphql", json=body, headers=headers)).json()
    return told.get("errors") or told["data"][field]["errors"]


def asks(errors: list[Any], word: str) -> bool:
    """Whether errors of a mutation, or of its variables, are about this field."""
    named = re.compile(rf"[.']{word}\b")
    return any(
        (error.get("path") or [""])[-1] == word or named.search(error.get("message", ""))
        for error in errors
    )


@pytest.mark.parametrize("operation", COMMANDS)
async def test_b55_null_is_taken_where_the_contract_says_so_and_nowhere_else(
    client: httpx2.AsyncClient,
    rest: RestFace,
    bodies: dict[str, tuple[str, str, Any]],
    operation: str,
) -> None:
    if operation not in bodies:
        return  # it takes no body, so that nothing in it is null
    method, path, body = bodies[operation]
    _, type_ = input_of(operation)
    ids = {name: f"{name[:-3]}_{'0' * 32}" for name in re.findall(r"{(\w+)}", path)}
    mine = whole(type_, body) | camel(ids)
    declared = rest.openapi["paths"][path][method.lower()]["requestBody"]["content"]
    schema = declared["application/json"]["schema"]
    headers = {"Authorization": str(rest.authorization)}
    params = {"validate_only": "true"} if OPERATIONS[operation].tried else {}
    wrong = {}
    for at in places(body):
        for name, nullable in fields_at(rest.openapi, schema, at).items():
            sent = with_null(body, at, name)
            address = path.format(**ids)
            answer = await client.request(
                method, address, json=sent, headers=headers, params=params
            )
            over_rest = answer.status_code == 422 and refuses(answer.json(), name)
            word = next(iter(camel({name: 0})))
            null = with_null(mine, camel_place(at), word)
            told = await over_graphql(client, headers, operation, null)
            over = asks(told, word)
            if (over_rest, over) != (not nullable, not nullable):
                wrong[*at, name] = (nullable, answer.text[:200], told)

    assert wrong == {}


def test_b55_every_command_that_takes_anything_is_among_them(
    bodies: dict[str, tuple[str, str, Any]],
) -> None:
    forms = {"issue_token"}  # in which nothing is null
    assert {name for name in COMMANDS if OPERATIONS[name].command} - forms <= bodies.keys()


@pytest.mark.parametrize("operation", CHANGES)
async def test_b55_what_a_change_does_not_name_stays_as_it_was(face: Face, operation: str) -> None:
    sent = await example(face, operation)
    [id] = [value for name, value in sent.items() if name.endswith("_id")]
    named = {name: value for name, value in sent.items() if name.endswith("_id")}
    before = await face.call(READS[operation], **named)

    await face.call(operation, **sent, expected_version=before["version"])
    after = await face.call(READS[operation], **named)

    assert after["id"] == id
    assert after["name"] == sent["name"] != before["name"]
    assert {name for name in after if after[name] != before[name]} <= MOVED
