"""The shop's own questions, asked of both engines."""

from typing import Any

import pytest

from api.domain.actors import Role
from api.domain.operations import OPERATIONS
from tests.conftest import MakeScope
from tests.contract.test_statement_counts import with_links
from tests.engine.conftest import COMPILED, shop_for
from tests.engine.twins import Twins, said

LISTS = sorted(
    name
    for name, field in COMPILED._schema.query_type.fields.items()  # type: ignore[union-attr]
    if "first" in field.args
)
PAGE = """query ($q: String!, $first: Int = 2, $links: Boolean!) {
  items(first: $first, q: $q, orderBy: [{ field: NAME, direction: DESC }]) {
    __typename
    totalCount
    edges { cursor node { ...Card more: stockLevels @skip(if: $links) { id } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    nodes { ...Card }
  }
}
fragment Card on Item {
  name sku id
  price { amount currency }
  tracking createdAt archivedAt attributes
  category @include(if: $links) { name parent { name } ... on Node { id } }
  ... on Item @include(if: $links) { stockLevels { available location { code } item { sku } } }
}"""


@pytest.mark.parametrize("links", [True, False])
async def test_a_page_with_its_links(shop: Twins, stock: dict[str, Any], links: bool) -> None:
    data = await shop.ask_plainly(PAGE, q=stock["word"], links=links)

    page = data["items"]
    assert [node["name"][-1] for node in page["nodes"]] == ["2", "1"]
    assert page["totalCount"] == 3
    assert page["pageInfo"]["endCursor"] == page["edges"][-1]["cursor"]
    [without, with_] = page["nodes"]
    assert ("stockLevels" in with_) is links
    if links:
        assert without["category"] is None
        assert with_["category"]["parent"]["name"] == stock["top"]["name"]
        assert [level["available"] for level in with_["stockLevels"]] == [5, 7]


@pytest.mark.parametrize("name", LISTS)
async def test_every_list_with_every_link_there_is(
    shop: Twins, stock: dict[str, Any], name: str
) -> None:
    root = COMPILED._schema.query_type
    assert root
    where = ', at: "2100-01-01T00:00:00Z"' if name == "stockAsOf" else ""
    connection: Any = root.fields[name].type
    selection = with_links(connection.fields["nodes"].type, 2)

    data = await shop.ask_plainly(f"{{ {name}(first: 5{where}) {{ nodes {selection} }} }}")

    assert data[name]["nodes"] or name in {
        "apiKeys",
        "sessions",
    }  # which are shown to their owners alone


async def test_an_order_down_to_where_its_goods_stand(shop: Twins, stock: dict[str, Any]) -> None:
    data = await shop.ask_plainly(
        """query ($id: ID!) { order(id: $id) {
          number status total { amount } customer { name }
          lines { quantity item { sku category { name } } allocations { quantity location { code } }
        } fulfillments { id lines { quantity } } } }""",
        id=stock["order"]["id"],
    )

    assert [line["quantity"] for line in data["order"]["lines"]] == [2, 2]
    [parcel] = data["order"]["fulfillments"]
    assert parcel["lines"] == [{"quantity": 2}, {"quantity": 2}]


async def test_things_found_again_by_their_ids(shop: Twins, stock: dict[str, Any]) -> None:
    ids = [stock["order"]["id"], stock["items"][0]["id"], "item_" + "0" * 32, "nonsense"]
    data = await shop.ask_plainly(
        """query ($ids: [ID!]!, $one: ID!) {
          nodes(ids: $ids) { __typename id ... on Item { sku } ... on Order { number lines {
            item { ...Named } } } ...Named }
          node(id: $one) { ...Named }
        }
        fragment Named on Item { name category { name } }""",
        ids=ids,
        one=ids[1],
    )

    assert [node and node["__typename"] for node in data["nodes"]] == ["Order", "Item", None, None]
    assert data["node"]["name"] == stock["items"][0]["name"]


async def test_a_variable_may_be_of_another_type_in_each_operation(shop: Twins) -> None:
    query = """query A($x: Boolean!) { items(first: 1) @include(if: $x) { ...Count } }
      query B($x: ItemFilter) { items(first: 1, where: $x) { nodes { sku } } }
      query C($y: [ID!]!) { nodes(ids: $y) { id } }
      query D($y: Boolean!) { ...Whole }
      fragment Count on ItemConnection { totalCount }
      fragment Whole on Query { items(first: 1) @skip(if: $y) { ...Count } }"""

    data = [
        await shop.ask_plainly(query, "A", x=True),
        await shop.ask_plainly(query, "A", x=False),
        await shop.ask_plainly(query, "B", x={"name": {"eq": "nothing like it"}}),
        await shop.ask_plainly(query, "C", y=["nonsense"]),
        await shop.ask_plainly(query, "D", y=True),
    ]

    assert list(data[0]) == ["items"]
    assert data[1:] == [{}, {"items": {"nodes": []}}, {"nodes": [None]}, {}]


async def test_whoever_may_not_is_refused_alike(scope_of: MakeScope, stock: dict[str, Any]) -> None:
    for role in (Role.VIEWER, Role.CUSTOMER, Role.CLERK):
        shop = shop_for(scope_of, role)
        answer = await shop.ask(
            "query ($id: ID!) { order(id: $id) { number } users { nodes { id } } }",
            id=stock["order"]["id"],
        )
        assert not answer.compiled
        assert ["users"] in answer.paths


async def test_what_is_not_there_is_read_once(
    shop: Twins, stock: dict[str, Any], statements: list[str]
) -> None:
    query = '{ item(id: "sku:no-such-thing") { name } }'

    answer = await shop.ask(query)

    assert (answer.compiled, answer.data, answer.paths) == (False, {"item": None}, [["item"]])
    assert len([sent for sent in statements if "items" in sent]) == 3  # once each time


def test_all_queries_are_here() -> None:
    asked = {name for name in OPERATIONS if name.startswith("list_")}

    assert len(asked) == len(LISTS)


async def test_what_comes_by_a_socket_is_answered_by_plans_as_well(
    shop: Twins, stock: dict[str, Any]
) -> None:
    query = "query ($id: ID!) { item(id: $id) { name category { name } } }"
    variables = {"id": stock["items"][0]["id"]}
    engine = shop.compiled.engine
    assert engine
    before = engine.answered

    stream = await shop.compiled.stream(query, variables, await shop.context())
    results: list[Any] = [result async for result in stream]

    expected = await shop.reference.execute(query, variables, await shop.context())
    assert [said(result) for result in results] == [said(expected)]
    assert engine.answered == before + 1
