"""`expand` and `fields`: what GraphQL selects, REST can be asked for, at the same price."""

from typing import Any

import httpx2
import pytest
from graphql import GraphQLList, GraphQLNonNull, GraphQLObjectType, is_leaf_type

from api.cli import parity
from api.domain.actors import Role
from api.domain.json_rows import FAMILIAR
from api.domain.links import LIST_ITEMS, MAX_COST
from api.domain.operations import OPERATIONS
from graphql_schema.limits import Limits
from rest.wanted import MAX_LINKS, link_paths
from tests.conftest import SignIn
from tests.faces import SCHEMA, GraphQLFace, Refused, RestFace, snake
from tests.factories import a_category, an_item, unique

ROWS = 4
AT = "2100-01-01T00:00:00Z"
NEEDED = {"list_stock_as_of": {"at": AT}}


def row_of(operation: str) -> type:
    """The class of the rows that a list gives."""
    row: type = OPERATIONS[operation].hints["return"].__args__[0]
    return row


LISTS = sorted(name for name in OPERATIONS if name.startswith("list_"))
LINKED = [name for name in LISTS if link_paths(row_of(name))]


def chosen(operation: str) -> list[str]:
    """Some of what can be expanded, near and far, that is not too dear."""
    paths = sorted(link_paths(row_of(operation)), key=lambda path: path.count("."))
    dear = "stock_levels.item", "item.stock_levels.", "reverses.reverses.", "fulfillments.order."
    return [path for path in paths if not any(part in path for part in dear)][:MAX_LINKS]


def tree_of(paths: list[str]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path in paths:
        node = tree
        for name in path.split("."):
            node = node.setdefault(name, {})
    return tree


def selection(type_: Any, links: dict[str, Any]) -> str:
    """Every field of a row, and of the links these."""
    while isinstance(type_, GraphQLNonNull | GraphQLList):
        type_ = type_.of_type
    if is_leaf_type(type_):
        return ""
    assert isinstance(type_, GraphQLObjectType)
    parts = []
    for name, field in type_.fields.items():
        metadata = getattr(field.extensions.get("strawberry-definition"), "metadata", None) or {}
        below = links.get(snake_name(name))
        if below is not None or "bulk" not in metadata:
            parts.append(f"{name} {selection(field.type, below or {})}")
    return f"{{ {' '.join(parts)} }}"


def snake_name(name: str) -> str:
    [made] = snake({name: None})
    return str(made)


async def over_graphql(client: httpx2.AsyncClient, admin: str, operation: str) -> Any:
    """The first rows of a list with its links, as REST would name their fields."""
    name = parity.graphql_name(operation)
    query = SCHEMA._schema.query_type
    assert query
    nodes = query.fields[name].type.fields["nodes"].type
    where = f'at: "{AT}"' if operation in NEEDED else ""
    rows = selection(nodes, tree_of(chosen(operation)))
    text = f"{{ {name}(first: {ROWS} {where}) {{ nodes {rows} }} }}"
    headers = {"Authorization": admin}
    answer = (await client.post("/graphql", json={"query": text}, headers=headers)).json()
    assert "errors" not in answer, answer
    return snake(answer["data"][name]["nodes"])


@pytest.mark.parametrize("operation", LINKED)
async def test_what_is_expanded_is_what_graphql_selects(
    linked_shop: None, rest: RestFace, client: httpx2.AsyncClient, admin: str, operation: str
) -> None:
    theirs = await over_graphql(client, admin, operation)
    needed = NEEDED.get(operation, {})
    expand = ",".join(chosen(operation))

    page = await rest.call(operation, first=ROWS, expand=expand, **needed)

    assert page["data"] == theirs
    assert all(path.split(".")[0] in page["data"][0] for path in chosen(operation))


@pytest.mark.parametrize("operation", LINKED)
async def test_links_cost_as_many_statements_for_many_rows_as_for_one(
    linked_shop: None,
    rest: RestFace,
    client: httpx2.AsyncClient,
    admin: str,
    statements: list[str],
    operation: str,
) -> None:
    counts = []
    for first in (1, ROWS):
        statements.clear()
        needed, expand = NEEDED.get(operation, {}), ",".join(chosen(operation))
        await rest.call(operation, first=first, expand=expand, **needed)
        counts.append(len(statements))
    statements.clear()
    await over_graphql(client, admin, operation)

    assert counts[0] <= counts[1] <= len(statements)
    assert counts[1] <= 1 + 1 + 1 + len(chosen(operation))


@pytest.mark.parametrize("operation", LINKED)
async def test_a_list_says_the_same_when_it_is_asked_again_and_again(
    linked_shop: None, rest: RestFace, statements: list[str], operation: str
) -> None:
    asked: dict[str, Any] = {"first": ROWS, "expand": ",".join(chosen(operation))}
    asked |= NEEDED.get(operation, {})
    answers, counts = [], []
    for _ in range(FAMILIAR + 2):
        statements.clear()
        answers.append(await rest.call(operation, **asked))
        counts.append(len(statements))

    assert [it["data"] for it in answers] == [answers[0]["data"]] * len(answers)
    assert counts[-1] == counts[-2] <= counts[0]


async def test_links_that_postgresql_writes_come_in_one_statement(
    linked_shop: None, rest: RestFace, statements: list[str]
) -> None:
    page = await rest.call("list_stock_levels", first=200, expand="item")
    linked = [it["item"]["sku"] for it in page["data"] if it["item"]["category_id"]]
    where, counts = {"sku": {"in": linked[:3]}}, []
    for _ in range(FAMILIAR + 1):
        statements.clear()
        expand = "category,stock_levels.location"
        await rest.call("list_items", first=3, where=where, expand=expand)
        counts.append(len(statements))

    assert counts[0] - counts[-1] == 2


async def test_one_thing_is_expanded_like_a_row_of_a_list(
    rest: RestFace, client: httpx2.AsyncClient, admin: str
) -> None:
    item = await an_item(rest, category_id=(await a_category(rest))["id"], track_stock=False)
    order = {"lines": [{"item_id": item["id"], "quantity": 1}], "external_ref": unique("R")}
    await rest.call("place_order", **order, key=unique("key"))
    where = {"external_ref": {"eq": order["external_ref"]}}
    page = await rest.call("list_orders", where=where, expand="lines.item.category")
    [listed] = page["data"]
    plain = await client.get(f"/v1/orders/{listed['id']}", headers={"Authorization": admin})

    answer = await client.get(
        f"/v1/orders/{listed['id']}?expand=lines.item.category", headers={"Authorization": admin}
    )

    assert answer.json() == listed
    assert listed["lines"][0]["item"]["category"]["id"] == listed["lines"][0]["item"]["category_id"]
    version = listed["version"]
    assert plain.headers["etag"].startswith(f'"{version}.')
    assert plain.headers["etag"] != answer.headers["etag"]
    assert answer.headers["etag"].startswith(f'"{version}.')


async def test_the_tag_of_an_expanded_thing_guards_a_change_as_well(
    rest: RestFace, client: httpx2.AsyncClient, admin: str
) -> None:
    item = await an_item(rest)
    headers = {"Authorization": admin}
    answer = await client.get(f"/v1/items/{item['id']}?expand=category", headers=headers)

    headers["If-Match"] = answer.headers["etag"]
    changed = await client.patch(f"/v1/items/{item['id']}", json={"name": "Ash"}, headers=headers)
    again = await client.patch(f"/v1/items/{item['id']}", json={"name": "Elm"}, headers=headers)

    assert answer.json()["category"] is None
    assert (changed.status_code, again.status_code) == (200, 412)


async def test_an_answer_that_would_gather_too_much_is_refused(rest: RestFace) -> None:
    await an_item(rest)
    deep = "stock_levels.item.stock_levels"
    near = await rest.call("list_items", first=200, expand="category,stock_levels.location")
    with pytest.raises(Refused) as refused:
        await rest.call("list_items", first=200, expand=deep)

    assert near["data"]
    assert refused.value.code == "COST_LIMIT_EXCEEDED"
    assert refused.value.details == {"requested": 200 * (1 + 10 * (1 + 1 + 10)), "maximum": 5000}


def test_both_faces_hold_an_answer_to_the_same_cost() -> None:
    limits = Limits()

    assert (limits.cost, limits.list_items) == (MAX_COST, LIST_ITEMS)


async def test_a_link_that_the_caller_may_not_follow_is_refused(
    linked_shop: None, rest: RestFace, graphql: GraphQLFace, sign_in: SignIn
) -> None:
    buyer = await sign_in(Role.CUSTOMER)
    as_buyer = rest.signed_in(buyer)
    category = await as_buyer.call("list_items", first=1, expand="category")
    await rest.call("list_items", first=1, expand="category,stock_levels")
    with pytest.raises(Refused) as levels:
        await as_buyer.call("list_items", first=1, expand="category,stock_levels")
    with pytest.raises(Refused) as fields:
        await as_buyer.call("list_items", first=1, fields="stock_levels.id")
    with pytest.raises(Refused) as none:
        await as_buyer.call("list_items", q=unique("nothing"), expand="stock_levels")
    with pytest.raises(Refused) as nobody:
        await rest.signed_in(None).call("list_items", expand="category")
    text = "{ items(first: 1) { nodes { stockLevels { id } } } }"
    answer = await graphql.client.post(
        "/graphql", json={"query": text}, headers={"Authorization": buyer}
    )

    assert category["data"]
    assert {levels.value.code, fields.value.code, none.value.code} == {"FORBIDDEN"}
    assert nobody.value.code == "UNAUTHENTICATED"
    assert answer.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_customer_sees_no_more_along_links_than_by_itself(
    linked_shop: None, rest: RestFace, sign_in: SignIn
) -> None:
    customer = await rest.call("create_customer", name="Own")
    item = await an_item(rest, track_stock=False)
    lines = [{"item_id": item["id"], "quantity": 1}]
    await rest.call("place_order", customer_id=customer["id"], lines=lines, key=unique("key"))
    other = await rest.call("create_customer", name="Other")
    theirs = await rest.call("place_order", customer_id=other["id"], lines=lines, key=unique("key"))
    buyer = rest.signed_in(await sign_in(Role.CUSTOMER, customer_id=customer["id"]))

    [order] = (await buyer.call("list_orders", expand="customer,lines.item"))["data"]
    with pytest.raises(Refused) as refused:
        await buyer.call("get_order", order_id=theirs["id"], expand="customer")

    assert order["customer"] == customer
    assert order["lines"][0]["item"] == item
    assert refused.value.code == "NOT_FOUND"
