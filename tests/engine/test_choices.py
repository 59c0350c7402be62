"""Rows are read without what a document leaves out, and nobody misses it."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from tests.conftest import MakeScope
from tests.engine.conftest import COMPILED, REFERENCE, Caller
from tests.engine.test_shop import LISTS
from tests.engine.twins import Twins


def choices(of: Any, depth: int = 1) -> Iterator[str]:
    """Selections of one field each: every leaf, and every link to one of its leaves."""
    assert isinstance(of, GraphQLObjectType)
    for name, field in of.fields.items():
        inner = get_named_type(field.type)
        if is_leaf_type(inner):
            yield name
        elif depth and not field.args:
            yield from (f"{name} {{ {choice} }}" for choice in choices(inner, depth - 1))


@pytest.mark.parametrize("name", LISTS)
async def test_each_field_of_a_list_is_read_without_the_others(
    scope_of: MakeScope, stock: dict[str, Any], name: str
) -> None:
    callers: list[Caller] = []

    async def context() -> Caller:
        for before in callers:  # a scope holds a connection until it is closed
            await before.scope.close()
        callers[:] = [Caller(scope_of())]
        return callers[0]

    shop = Twins(COMPILED, REFERENCE, context)
    root = COMPILED._schema.query_type
    assert root
    where = ', at: "2100-01-01T00:00:00Z"' if name == "stockAsOf" else ""
    connection: Any = root.fields[name].type

    for choice in choices(get_named_type(connection.fields["nodes"].type)):
        await shop.ask_plainly(f"{{ {name}(first: 2{where}) {{ nodes {{ {choice} }} }} }}")


async def test_a_thing_asked_for_by_its_id_is_read_without_the_rest(
    shop: Twins, stock: dict[str, Any]
) -> None:
    item = stock["items"][0]

    for ref in (item["id"], f"sku:{item['sku']}"):
        data = await shop.ask_plainly("query ($id: ID!) { item(id: $id) { name } }", id=ref)
        assert data == {"item": {"name": item["name"]}}


async def test_two_places_that_show_other_fields_of_one_thing_share_its_row(
    shop: Twins, stock: dict[str, Any]
) -> None:
    data = await shop.ask_plainly(
        """query ($id: ID!) { item(id: $id) { sku stockLevels { item { name } available } }
        again: item(id: $id) { stockLevels { id onHand } } }""",
        id=stock["items"][0]["id"],
    )

    assert {level["item"]["name"] for level in data["item"]["stockLevels"]} == {
        stock["items"][0]["name"]
    }
    assert [level["onHand"] for level in data["again"]["stockLevels"]] == [5, 7]


async def test_postgresql_is_asked_for_no_other_columns(
    shop: Twins, stock: dict[str, Any], statements: list[str]
) -> None:
    text = "{ items(first: 2) { nodes { name stockLevels { reserved } } } }"
    await shop.compiled.execute(text, context_value=await shop.context())

    items, levels = (sent.partition("FROM")[0] for sent in statements[-2:])
    assert "items.name" in items
    assert "attributes" not in items
    assert "reserved" in levels
    assert "updated_at" not in levels
