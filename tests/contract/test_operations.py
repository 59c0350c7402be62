"""Two faces, one truth: whatever one can do, the other can, with the same names and shapes."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
)
from strawberry.utils.str_converters import to_camel_case

from api.cli import contracts, parity
from api.domain.filters.flat import parameters
from api.domain.operations import OPERATIONS, AnyOperation, Kind
from rest.lists import operation_of
from tests.faces import SCHEMA

COMMANDS = [entry for entry in OPERATIONS.values() if entry.kind is Kind.COMMAND]
TERMS = {"idempotency_key", "expected_version", "expected_presence", "validate_only"}
SCALARS = {
    "string": {"String", "ID", "Currency", "Decimal", "DateTime"},
    "integer": {"Int", "Quantity"},
    "boolean": {"Boolean"},
    "object": {"Attributes"},
}


@pytest.fixture(scope="session")
def openapi(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


def test_every_operation_has_both_faces(openapi: dict[str, Any]) -> None:
    found = parity.stands(openapi, SCHEMA)
    one_sided = {
        stand.operation.name for stand in found if stand.rest is None or stand.graphql is None
    }

    assert one_sided == set(parity.ONE_SIDED)


def test_no_face_does_what_is_not_an_operation(openapi: dict[str, Any]) -> None:
    faced = {name for name, entry in OPERATIONS.items() if entry.kind.has_faces}
    routes = {
        operation_of(declared["operationId"])
        for methods in openapi["paths"].values()
        for declared in methods.values()
    }
    fields = set(parity.root_fields(SCHEMA)) - parity.FRAMEWORK_FIELDS

    files = parity.files_of(Kind.UPLOAD) | parity.files_of(Kind.EXPORT)
    assert {entry.name if entry else None for entry in routes} <= faced | files
    assert fields <= {parity.graphql_name(name) for name in faced}


def test_the_committed_contracts_are_what_the_code_says() -> None:
    stale = [path.name for path, text in contracts.rendered().items() if path.read_text() != text]

    assert not stale, "run `python3 dev.py contracts` and look at what changed"


def response_schema(openapi: dict[str, Any], operation: str) -> dict[str, Any]:
    answers = declared_of(openapi, operation)["responses"]
    good = next(answers[status] for status in answers if status.startswith("2"))
    return resolved(openapi, good["content"]["application/json"]["schema"])


def declared_of(openapi: dict[str, Any], operation: str) -> dict[str, Any]:
    return next(
        declared
        for methods in openapi["paths"].values()
        for declared in methods.values()
        if declared["operationId"] == operation
    )


def resolved(openapi: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = openapi["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def without_null(schema: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """The schema, and whether null is allowed beside it."""
    options = schema.get("anyOf")
    if not options:
        return schema, False
    present = [option for option in options if option.get("type") != "null"]
    if len(present) > 1:
        return {"type": "object"}, len(present) < len(options)
    return present[0], len(present) < len(options)


def graphql_output(entry: AnyOperation) -> Any:
    """The GraphQL type that stands for the operation's REST answer."""
    roots = (SCHEMA._schema.query_type, SCHEMA._schema.mutation_type)
    name = parity.graphql_name(entry.name)
    field = next(root.fields[name] for root in roots if root and name in root.fields)
    type_ = unwrapped(field.type)
    if entry.kind is Kind.COMMAND:
        return unwrapped(type_.fields["result"].type)
    return type_


def unwrapped(type_: Any) -> Any:
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


def differences(
    openapi: dict[str, Any], rest: dict[str, Any], graphql: Any, at: str
) -> Iterator[str]:
    """Where a REST schema and a GraphQL type do not say the same."""
    rest, null = without_null(resolved(openapi, rest))
    rest = resolved(openapi, rest)
    if null == isinstance(graphql, GraphQLNonNull):
        yield f"{at}: null is {'allowed' if null else 'refused'} over REST only"
    graphql = unwrapped(graphql)
    if isinstance(graphql, GraphQLList):
        if rest.get("type") != "array":
            yield f"{at}: a list over GraphQL only"
        else:
            yield from differences(openapi, rest["items"], graphql.of_type, f"{at}[]")
    elif isinstance(graphql, GraphQLEnumType):
        if sorted(rest.get("enum", [])) != sorted(graphql.values):
            yield f"{at}: {rest.get('enum')} against {sorted(graphql.values)}"
    elif is_leaf_type(graphql):
        if graphql.name not in SCALARS.get(str(rest.get("type")), set()):
            yield f"{at}: {rest.get('type')} against {graphql.name}"
    else:
        yield from object_differences(openapi, rest, graphql, at)


def object_differences(
    openapi: dict[str, Any], rest: dict[str, Any], graphql: Any, at: str
) -> Iterator[str]:
    fields = {name: field for name, field in graphql.fields.items() if not is_link(field)}
    theirs = {to_camel_case(name): rest["properties"][name] for name in rest["required"]}
    if theirs.keys() != fields.keys():
        yield f"{at}: {sorted(theirs.keys() ^ fields.keys())} on one face only"
    for name in theirs.keys() & fields.keys():
        yield from differences(openapi, theirs[name], fields[name].type, f"{at}.{name}")
    yield from link_differences(rest, graphql, at)


def link_differences(rest: dict[str, Any], graphql: Any, at: str) -> Iterator[str]:
    """What REST holds only when it is asked for are GraphQL's links, and lead to the same."""
    links = {name: field for name, field in graphql.fields.items() if is_link(field)}
    optional = rest["properties"].keys() - set(rest["required"])
    theirs = {to_camel_case(name): rest["properties"][name] for name in optional}
    if theirs.keys() != links.keys():
        yield f"{at}: the links {sorted(theirs.keys() ^ links.keys())} on one face only"
    for name in theirs.keys() & links.keys():
        inner, many = unwrapped(links[name].type), False
        if isinstance(inner, GraphQLList):
            inner, many = unwrapped(inner.of_type), True
        ref = {"$ref": f"#/components/schemas/{inner.name}"}
        schema, null = without_null(theirs[name])
        if (schema.get("items") if many else schema) != ref or null == many:
            yield f"{at}.{name}: {theirs[name]} against {links[name].type}"


def is_link(field: Any) -> bool:
    definition = field.extensions.get("strawberry-definition")
    return "bulk" in (getattr(definition, "metadata", None) or {})


@pytest.mark.parametrize(
    "entry",
    [entry for entry in OPERATIONS.values() if entry.kind.has_faces],
    ids=lambda entry: entry.name,
)
def test_answers_have_the_same_fields_types_and_nullability(
    openapi: dict[str, Any], entry: AnyOperation
) -> None:
    rest, graphql = response_schema(openapi, entry.name), graphql_output(entry)
    if entry.name.startswith("list_"):
        rest = resolved(openapi, rest["properties"]["data"]["items"])
        graphql = rows_of(graphql)

    assert isinstance(graphql, GraphQLObjectType)
    assert list(object_differences(openapi, rest, graphql, entry.name)) == []


def links_from(row: GraphQLObjectType) -> bool:
    """Whether there is a link in a row, or in what it holds."""
    return any(
        is_link(field)
        or (isinstance(part := get_named_type(field.type), GraphQLObjectType) and links_from(part))
        for field in row.fields.values()
    )


def rows_of(connection: Any) -> GraphQLObjectType:
    """The type of a connection's rows."""
    row = connection.fields["nodes"].type.of_type.of_type.of_type
    assert isinstance(row, GraphQLObjectType)
    return row


def body_of(openapi: dict[str, Any], entry: AnyOperation) -> dict[str, Any]:
    body = declared_of(openapi, entry.name).get("requestBody")
    if body is None:
        return {"properties": {}, "required": []}
    kinds = body["content"]
    [content] = kinds.values() if len(kinds) == 1 else [kinds["application/json"]]
    return resolved(openapi, content["schema"])


def input_differences(
    openapi: dict[str, Any], rest: dict[str, Any], graphql: GraphQLInputObjectType, at: str
) -> Iterator[str]:
    """Absent and null count too: what REST requires is non-null over GraphQL."""
    fields = {snake(name): field for name, field in graphql.fields.items()}
    properties, required = rest["properties"], set(rest.get("required", []))
    if properties.keys() != fields.keys():
        yield f"{at}: {sorted(properties.keys() ^ fields.keys())} on one face only"
    for name in properties.keys() & fields.keys():
        if (name in required) != isinstance(fields[name].type, GraphQLNonNull):
            yield f"{at}.{name}: required on one face only"
        schema, _ = without_null(resolved(openapi, properties[name]))
        inner = unwrapped(fields[name].type)
        while isinstance(inner, GraphQLList):
            schema, inner = resolved(openapi, schema)["items"], unwrapped(inner.of_type)
        if isinstance(inner, GraphQLInputObjectType):
            yield from input_differences(openapi, resolved(openapi, schema), inner, f"{at}.{name}")
        elif not isinstance(inner, GraphQLEnumType):
            kind = str(resolved(openapi, schema).get("type"))
            if inner.name not in SCALARS.get(kind, set()):
                yield f"{at}.{name}: {kind} against {inner.name}"


def snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


@pytest.mark.parametrize(
    "entry",
    [entry for entry in COMMANDS if entry.name != "issue_token"],  # a form over REST (RFC 6749)
    ids=lambda entry: entry.name,
)
def test_commands_take_the_same_fields(openapi: dict[str, Any], entry: AnyOperation) -> None:
    mutation = SCHEMA._schema.mutation_type
    assert mutation
    made = unwrapped(mutation.fields[parity.graphql_name(entry.name)].args["input"].type)
    ids = set(re.findall(r"{(\w+)}", route_of(openapi, entry.name)))
    own = {name: field for name, field in made.fields.items() if snake(name) not in TERMS | ids}
    assert ids <= {snake(name) for name in made.fields}

    twin = GraphQLInputObjectType(made.name, own)

    assert list(input_differences(openapi, body_of(openapi, entry), twin, entry.name)) == []


def route_of(openapi: dict[str, Any], operation: str) -> str:
    paths: dict[str, Any] = openapi["paths"]
    return next(
        path
        for path, methods in paths.items()
        for declared in methods.values()
        if declared["operationId"] == operation
    )


@pytest.mark.parametrize(
    "entry",
    [entry for entry in OPERATIONS.values() if entry.name.startswith("list_")],
    ids=lambda entry: entry.name,
)
def test_lists_are_filtered_and_sorted_alike(openapi: dict[str, Any], entry: AnyOperation) -> None:
    declared = declared_of(openapi, entry.name)
    offered = {
        parameter["name"]
        for parameter in declared["parameters"]
        if parameter["in"] == "query" and not parameter.get("deprecated")
    }
    query = SCHEMA._schema.query_type
    assert query
    field = query.fields[parity.graphql_name(entry.name)]
    assert entry.listing
    asking = entry.listing.asking
    flat = set(parameters(asking.fields)) | {argument.name for argument in asking.arguments}

    expand = (
        {"expand"}
        if any(is_link(part) for part in rows_of(unwrapped(field.type)).fields.values())
        else set()
    )
    own = {argument.name for argument in asking.arguments}
    assert offered == flat | expand | {"limit", "after", "before", "sort", "count", "fields"}
    now = {name for name, it in field.args.items() if it.deprecation_reason is None}
    assert {"first", "last", "after", "before", "where", "orderBy"} | own == now
