"""The page about the engine shows what the engine writes."""

import re
from pathlib import Path

from graphql_schema.engine.plans import Plans
from tests.engine.conftest import COMPILED

PAGE = (Path(__file__).parents[2] / "docs" / "graphql-engine.md").read_text()


def shown(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


def test_the_query_becomes_the_python_that_the_page_shows() -> None:
    document = COMPILED.documents.prepare(shown("graphql")).document

    found = Plans(COMPILED._schema, familiar=0).find(document, None, {"deep": True})

    assert found
    assert found[0].source.strip() == shown("python").strip()
