"""What a query costs is known before it runs, from its text and its variables."""

import httpx2
import pytest

from graphql_schema.limits import LimitedSchema, Limits
from tests.graphql_http.conftest import Asker, codes
from tests.graphql_http.shop import make_schema

PAGE = "query ($n: Int) { items(first: $n) { nodes { name } } }"


@pytest.mark.parametrize(
    ("document", "variables", "expected"),
    [
        ("{ __typename }", {}, 0),
        ("{ item { name } }", {}, 1),
        ("{ item { name box { name } } }", {}, 2),
        ("{ items { nodes { name } } }", {}, 51),
        ("{ items { edges { cursor node { name } } } }", {}, 51),
        ("{ items(first: 7) { nodes { name } pageInfo { hasNextPage } } }", {}, 9),
        ("{ items(last: 7) { nodes { name } } }", {}, 8),
        ("{ items(first: 3, last: 7) { nodes { name } } }", {}, 8),
        ("{ items(first: null) { nodes { name } } }", {}, 51),
        ("{ items(first: -1) { nodes { name } } }", {}, 51),
        ("{ newest { name } }", {}, 50),
        ("{ newest(limit: 3) { name } }", {}, 3),
        ("{ item { parts { name } } }", {}, 11),
        ("{ items(first: 3) { nodes { items(first: 4) { nodes { name } } } } }", {}, 19),
        ("{ items(first: 3) { ...F } } fragment F on ItemConnection { nodes { name } }", {}, 4),
        ("{ items(first: 3) { ... { nodes { name } } } }", {}, 4),
        ("{ a: item { name } item { name } item { name } }", {}, 3),
        (PAGE, {"n": 9}, 10),
        (PAGE, {"n": 9.0}, 10),
        (PAGE, {"n": None}, 51),
        (PAGE, {}, 51),
        (PAGE.replace("Int", "Int = 3"), {}, 4),
        (PAGE.replace("Int", "Int = 3"), {"n": 9}, 10),
        ("{ __schema { types { name } } }", {}, 1000),
        ('{ __type(name: "Item") { name fields { name } } }', {}, 100),
    ],
)
async def test_a_query_costs_what_it_may_bring(
    ask: Asker, document: str, variables: dict[str, object], expected: int
) -> None:
    answer = await ask(document, variables=variables)

    assert answer.json()["extensions"]["cost"] == {"requested": expected, "maximum": 5000}


async def test_the_same_text_is_refused_or_served_by_its_variables(
    shop: httpx2.AsyncClient, ask: Asker
) -> None:
    small = await ask(PAGE, variables={"n": 4999})
    large = await ask(PAGE, variables={"n": 5000})
    whole_float = await ask(PAGE, variables={"n": 1e9})

    assert small.status_code == 200
    assert large.status_code == 400
    assert codes(large) == codes(whole_float) == ["COST_LIMIT_EXCEEDED"]
    assert large.json()["errors"][0]["extensions"] | {"trace_id": ""} == {
        "code": "COST_LIMIT_EXCEEDED",
        "requested": 5001,
        "maximum": 5000,
        "trace_id": "",
    }


async def test_variables_count_through_fragments_that_many_share() -> None:
    schema = make_schema(Limits(cost=10**9))
    fragments = "".join(
        f"fragment F{i} on Item {{ items(first: $n) {{ nodes {{ ...F{i + 1} }} }} }} "
        for i in range(4)
    )
    document = f"query ($n: Int) {{ item {{ ...F0 }} }} {fragments} fragment F4 on Item {{ name }}"

    assert await cost(schema, document, 1) == 9
    assert await cost(schema, document, 10) == 1 + 1 + 2 * (10 + 100 + 1000) + 10_000


async def cost(schema: LimitedSchema, document: str, n: int) -> int:
    return schema.documents.prepare(document).operation(None).requested({"n": n})


def test_a_document_is_read_once() -> None:
    documents = make_schema().documents

    assert documents.prepare(PAGE) is documents.prepare(PAGE)


def test_old_documents_make_room_for_new_ones() -> None:
    documents = make_schema(Limits(cached_tokens=40)).documents
    first = documents.prepare("query A { item { name } }")

    for name in "BCDEF":
        documents.prepare(f"query {name} {{ item {{ name }} }}")

    assert documents.prepare("query A { item { name } }") is not first
