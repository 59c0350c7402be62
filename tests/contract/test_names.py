"""A fault is named as its face names the field."""

import re
from typing import Any

import httpx2
import pytest

TWICE = "{field: NAME}, {field: NAME}"


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ('{ item(id: "bad") { id } }', ["id"]),
        (
            '{ items(where: {categoryId: {in: ["x"]}}) { nodes { id } } }',
            ["where", "categoryId", "in", "0"],
        ),
        (f"{{ items(orderBy: [{', '.join([TWICE] * 9)}]) {{ nodes {{ id }} }} }}", ["orderBy"]),
    ],
)
async def test_a_query_that_is_refused_names_its_arguments_as_graphql_does(
    client: httpx2.AsyncClient, admin: str, query: str, path: list[str]
) -> None:
    answer = await client.post("/graphql", json={"query": query}, headers={"Authorization": admin})

    [error] = answer.json()["errors"]
    faults: list[dict[str, Any]] = error["extensions"]["errors"]
    assert [fault["path"] for fault in faults] == [path]
    assert not {"item_id", "category_id"} & set(re.findall(r"\w+", error["message"]))
