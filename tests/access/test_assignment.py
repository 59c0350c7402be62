"""Fields that nobody declared, sent with every command, at every depth, through both doors."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from graphql import GraphQLInputObjectType, GraphQLNonNull, get_named_type

from api.cli.parity import graphql_name
from api.domain.operations import OPERATIONS, Kind
from tests.faces import SCHEMA, RestFace, camel
from tests.factories import unique

COMMANDS = sorted(name for name, entry in OPERATIONS.items() if entry.kind is Kind.COMMAND)
COVETED = ("id", "version", "created_at", "tenant_id", "total", "reserved", "password_hash")
"""What no command takes, though rows have it; beside these come `role`, `status` and `price`."""
TEMPTING = (*COVETED, "role", "status", "price", "allocated", "__proto__")
Place = tuple[str | int, ...]


def places(sent: Any, at: Place = ()) -> Iterator[Place]:
    """Where an object stands, but for the free names of attributes."""
    if isinstance(sent, dict):
        yield at
        for name, inner in sent.items():
            if name != "attributes":
                yield from places(inner, (*at, name))
    elif isinstance(sent, list):
        for number, inner in enumerate(sent):
            yield from places(inner, (*at, number))


def paths(told: Any) -> Iterator[list[str]]:
    """Where the faults are that a refusal tells of, however deep it tells of them."""
    if isinstance(told, list):
        for inner in told:
            yield from paths(inner)
    elif isinstance(told, dict):
        if told.get("path"):
            yield told["path"]
        for inner in told.values():
            yield from paths(inner)


def with_more(sent: Any, at: Place, name: str) -> Any:
    """The same with one field more there."""
    made = deepcopy(sent)
    inner = made
    for step in at:
        inner = inner[step]
    inner[name] = None
    return made


def examples(app: FastAPI) -> dict[str, tuple[str, str, Any]]:
    """The method, path and example of the body of every command over REST."""
    found = {}
    for path, methods in app.openapi()["paths"].items():
        for method, declared in methods.items():
            content = declared.get("requestBody", {}).get("content", {})
            if declared["operationId"] in COMMANDS and "application/json" in content:
                example = content["application/json"]["example"]
                found[declared["operationId"]] = (method.upper(), path, example)
    return found


def words_of(type_: Any, at: Place) -> set[str]:
    """The fields that an input has at a place, in camelCase."""
    for step in at:
        if isinstance(step, str):
            type_ = get_named_type(type_.fields[step].type)
    assert isinstance(type_, GraphQLInputObjectType)
    return set(type_.fields)


@pytest.fixture(scope="session")
def bodies(app: FastAPI) -> dict[str, tuple[str, str, Any]]:
    return examples(app)


def input_of(operation: str) -> tuple[str, GraphQLInputObjectType]:
    """The mutation of a command, and the type of its input."""
    field, root = graphql_name(operation), SCHEMA._schema.mutation_type
    assert root
    type_ = get_named_type(root.fields[field].args["input"].type)
    assert isinstance(type_, GraphQLInputObjectType)
    return field, type_


def whole(type_: GraphQLInputObjectType, example: Any) -> Any:
    """The input of a mutation, with what REST has in its address and headers."""
    needed = {name: it for name, it in type_.fields.items() if isinstance(it.type, GraphQLNonNull)}
    return {
        name: 1 if get_named_type(it.type).name == "Int" else "x" for name, it in needed.items()
    } | camel(example)


def lures(type_: GraphQLInputObjectType, at: Place) -> list[str]:
    """What is not declared there."""
    there = words_of(type_, camel_place(at))
    return [name for name in TEMPTING if next(iter(camel({name: 0}))) not in there]


def camel_place(at: Place) -> Place:
    return tuple(next(iter(camel({it: 0}))) if isinstance(it, str) else it for it in at)


@pytest.mark.parametrize("operation", COMMANDS)
async def test_b54_no_command_takes_a_field_that_nobody_declared(
    client: httpx2.AsyncClient,
    rest: RestFace,
    bodies: dict[str, tuple[str, str, Any]],
    operation: str,
) -> None:
    field, type_ = input_of(operation)
    method, path, example = bodies.get(operation, ("", "", {}))
    text = f"mutation M($input: {type_.name}!) {{ {field}(input: $input) {{ errors {{ code }} }} }}"
    headers = {"Authorization": str(rest.authorization), "Idempotency-Key": unique("key")}
    for at in places(example):
        for name in lures(type_, at):
            if path:
                body = with_more(example, at, name)
                answer = await client.request(method, path, json=body, headers=headers)
                told = answer.json()
                assert answer.status_code == 422, told
                assert told["code"] in {"VALIDATION_FAILED", "BULK_REFUSED"}, told
                assert name in {path[-1] for path in paths(told)}, (told, at)
            word = next(iter(camel({name: 0})))
            variables = {"input": with_more(whole(type_, example), camel_place(at), word)}
            sent = {"query": text, "variables": variables}
            answer = await client.post("/graphql", json=sent, headers=headers)
            [error, *_] = answer.json()["errors"]
            assert error["extensions"]["code"] == "BAD_REQUEST", (error, at, name)
            assert f"'{word}'" in error["message"], (error, at, name)


def test_b54_bulk_rows_and_nested_inputs_are_among_the_places(
    bodies: dict[str, tuple[str, str, Any]],
) -> None:
    _, _, example = bodies["order_bulk_place"]

    assert ("items", 0, "lines", 0) in set(places(example))
    assert len(bodies) > len(COMMANDS) * 0.6
