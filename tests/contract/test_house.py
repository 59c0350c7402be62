"""The rules of the house, held by code."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel
from sqlalchemy.orm import configure_mappers

from api.domain import tables
from api.domain.base import Base
from api.domain.operations import OPERATIONS

ROOT = Path(__file__).parents[2]
PRODUCT = [
    path
    for folder in ("api", "rest", "graphql_schema", "migrations")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "node_modules" not in path.parts
]
EVERYTHING = [*PRODUCT, *sorted((ROOT / "tests").rglob("*.py")), ROOT / "dev.py"]
SHUNNED = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "crud", "info"}
LONG_FUNCTIONS = {
    "upgrade": "a migration is one list of steps",
    "downgrade": "a migration is one list of steps",
}


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_file_is_longer_than_300_lines() -> None:
    long = {str(path.relative_to(ROOT)): n for path in EVERYTHING if (n := lines(path)) > 300}

    assert long == {}


def lines(path: Path) -> int:
    return path.read_text().count("\n")


def test_no_function_is_longer_than_40_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}"
        for path in PRODUCT
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno >= 40
        and function.name not in LONG_FUNCTIONS
    ]

    assert long == []


def test_handlers_and_resolvers_are_five_statements_at_most() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}"
        for path in PRODUCT
        if path.name in ("router.py", "resolvers.py")
        and path.parent.parent.name in ("rest", "graphql_schema")
        for function in functions(path)
        if len(function.body) > 6  # the docstring counts as one
    ]

    assert long == []


def test_names_say_what_a_module_holds() -> None:
    vague = [path for path in EVERYTHING if {path.stem, *path.parent.parts[-1:]} & SHUNNED]

    assert vague == []


def test_only_the_kernel_commits() -> None:
    calls = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "api" / "domain").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    }

    assert calls == {"api/domain/scope.py"}


def test_services_never_open_a_second_transaction() -> None:
    calls = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / "api" / "domain").rglob("*.py")
        if path.name != "scope.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr == "run"
        and isinstance(node.value, ast.Name)
        and node.value.id == "scope"
    ]

    assert calls == []


def test_every_public_function_of_a_service_is_an_operation() -> None:
    stray = [
        f"{path.relative_to(ROOT)}: {function.name}"
        for path in (ROOT / "api" / "domain").glob("*/service.py")
        for function in ast.parse(path.read_text()).body
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and not function.name.startswith("_")
        and function.name not in OPERATIONS
    ]

    assert stray == []


def test_every_relationship_says_how_it_loads() -> None:
    configure_mappers()
    silent = [
        str(relationship)
        for mapper in Base.registry.mappers
        for relationship in mapper.relationships
        if relationship.lazy == "select"
    ]

    assert tables.metadata.tables
    assert silent == []


@pytest.mark.parametrize(
    "model",
    sorted({e.command for e in OPERATIONS.values() if e.command}, key=repr),
    ids=lambda model: model.__name__,
)
def test_every_list_that_is_sent_has_an_end(model: type[BaseModel]) -> None:
    schema = model.model_json_schema()
    for name, place in arrays(schema):
        assert "maxItems" in place, name


def arrays(schema: object, at: str = "") -> Iterator[tuple[str, dict[str, object]]]:
    if isinstance(schema, dict):
        if schema.get("type") == "array":
            yield at, schema
        for key, value in schema.items():
            yield from arrays(value, f"{at}/{key}")
    elif isinstance(schema, list):
        for number, value in enumerate(schema):
            yield from arrays(value, f"{at}/{number}")
