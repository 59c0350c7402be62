"""Where each operation stands on either face: for docs/parity.md, and for the test that compares
them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from strawberry.utils.str_converters import to_camel_case

from api.domain.operations import OPERATIONS, AnyOperation, Key, Kind
from graphql_schema.schema import StockroomSchema

ONE_SIDED: dict[str, str] = {}
"""Operations that one face alone has, each with the reason."""
INSTEAD_OF_FILES = {
    Kind.UPLOAD: "the id of an upload is taken by a mutation",
    Kind.EXPORT: "rows are read in pages; a picture has a `url`",
}
FRAMEWORK_FIELDS = {"node", "nodes"}  # GraphQL's own way to what `get_` operations give


@dataclass(frozen=True)
class Stand:
    """One operation, and its door on each face."""

    operation: AnyOperation
    rest: str | None
    graphql: str | None


def graphql_name(operation: str) -> str:
    """The field of an operation: queries drop their verb."""
    return to_camel_case(re.sub("^(get|list)_", "", operation))


def stands(openapi: dict[str, Any], schema: StockroomSchema) -> list[Stand]:
    """Every operation that a face may call, in the order of their names."""
    routes = {
        declared["operationId"]: f"{method.upper()} {path}"
        for path, methods in openapi["paths"].items()
        for method, declared in methods.items()
    }
    fields = root_fields(schema)
    faced = [entry for entry in OPERATIONS.values() if entry.kind.has_faces]
    return [
        Stand(entry, routes.get(entry.name), fields.get(graphql_name(entry.name)))
        for entry in sorted(faced, key=lambda entry: entry.name)
    ]


def root_fields(schema: StockroomSchema) -> dict[str, str]:
    """Every root field by its name, with the kind of operation that it belongs to."""
    roots = {"query": schema._schema.query_type, "mutation": schema._schema.mutation_type}
    return {name: f"{kind} {name}" for kind, root in roots.items() if root for name in root.fields}


def table(openapi: dict[str, Any], schema: StockroomSchema) -> str:
    """docs/parity.md."""
    return "\n".join(_lines(stands(openapi, schema))) + "\n"


def _lines(found: list[Stand]) -> Iterator[str]:
    yield "# Two faces, one truth\n"
    yield "Made by `python3 dev.py contracts`; a test compares both faces to it.\n"
    yield "| operation | needs | REST | GraphQL | idempotency key | version |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for stand in found:
        entry = stand.operation
        key = "" if entry.kind is Kind.QUERY else entry.key.value
        if entry.key is Key.REFUSED:
            key = "not taken: its answer is not stored"
        rest = f"`{stand.rest}`" if stand.rest else "-"
        graphql = f"`{stand.graphql}`" if stand.graphql else "-"
        version = "expected" if entry.versioned else ""
        yield f"| `{entry.name}` | `{entry.permission}` | {rest} | {graphql} | {key} | {version} |"
    yield ""
    if not ONE_SIDED:
        yield "None of these is on one face alone. `node` and `nodes` are GraphQL's way by id."
    for name, reason in ONE_SIDED.items():
        yield f"- `{name}` is on one face alone: {reason}"
    yield from _of_files()


def _of_files() -> Iterator[str]:
    yield "\nFiles go over REST alone, since GraphQL is JSON.\n"
    yield "| operation | needs | over GraphQL |"
    yield "| --- | --- | --- |"
    for kind, instead in INSTEAD_OF_FILES.items():
        for name in sorted(files_of(kind)):
            yield f"| `{name}` | `{OPERATIONS[name].permission}` | {instead} |"


def files_of(kind: Kind) -> set[str]:
    """The operations that send a file, or take one."""
    return {name for name, entry in OPERATIONS.items() if entry.kind is kind}
