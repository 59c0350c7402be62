"""A command costs ten points and its rows their share, at whichever door it comes in."""

from collections.abc import Callable
from typing import Any

import pytest

from api.domain.actors import Role
from tests.conftest import SignIn
from tests.faces import SCHEMA, RestFace
from tests.factories import an_item, unique
from tests.spending.conftest import Open
from tests.spending.test_budgets import left

Rows = Callable[[], dict[str, Any]]
BULKS: dict[str, tuple[str, int, Rows]] = {
    "items": ("itemBulkCreate", 2, lambda: {"sku": unique("B"), "name": "Chair"}),
    "customers": ("customerBulkCreate", 2, lambda: {"name": "Ada"}),
    "orders": ("orderBulkPlace", 10, lambda: {"lines": []}),
}
MODEST = "{ result { results { index result { id } errors { code message } } } errors { code } }"


@pytest.mark.parametrize("what", BULKS)
@pytest.mark.parametrize("count", [1, 7, 100])
async def test_rows_cost_the_same_at_both_doors(
    open_shop: Open, sign_in: SignIn, what: str, count: int
) -> None:
    field, weight, row = BULKS[what]
    clients = await open_shop(rate_limit_points=100_000)
    mary = await clients(await sign_in(Role.MANAGER))
    sent = {"items": [row() for _ in range(count)]}
    kind = f"{field[0].upper()}{field[1:]}Input"
    text = f"mutation ($input: {kind}!) {{ {field}(input: $input) {MODEST} }}"
    body = {"query": text, "variables": {"input": sent | {"idempotencyKey": unique("key")}}}

    before = left(await mary.get("/v1/items?limit=1"))
    key = {"Idempotency-Key": unique("key")}
    rest = await mary.post(f"/v1/{what}/bulk", json=sent, headers=key)
    graphql = await mary.post("/graphql", json=body)

    assert before - left(rest) == 10 + count * weight, rest.text
    cost = graphql.json()["extensions"]["cost"]
    assert cost["commands"] == 10 + count * weight
    assert cost["requested"] == cost["commands"] + 2 + 10 + 3 * count
    assert left(rest) - left(graphql) == cost["requested"] + 1 + len(text) // 10


ROW = '{sku: "A", name: "Chair"}'
A_ROW = {"sku": "A", "name": "Chair"}
INPUT, ITEMS = "$i: ItemBulkCreateInput!", "$i: [CreateItem!]!"


@pytest.mark.parametrize(
    ("variable", "input", "sent"),
    [
        ("", f"{{items: [{ROW}, {ROW}, {ROW}]}}", {}),
        (f"({INPUT})", "$i", {"i": {"items": [A_ROW] * 3}}),
        (f"({ITEMS})", "{items: $i}", {"i": [A_ROW] * 3}),
        (f"({INPUT} = {{items: [{ROW}, {ROW}, {ROW}]}})", "$i", {}),
        (f"({ITEMS} = [{ROW}, {ROW}, {ROW}])", "{items: $i}", {}),
        (f"({ITEMS} = {ROW})", "{items: $i}", {"i": [A_ROW] * 3}),
    ],
)
@pytest.mark.parametrize("form", ["{ %s }", "{ ...All } fragment All on Mutation { %s }"])
def test_rows_are_counted_wherever_a_document_has_them(
    variable: str, input: str, sent: dict[str, Any], form: str
) -> None:
    field = f"itemBulkCreate(input: {input}) {{ replayed }}"
    prepared = SCHEMA.documents.prepare(f"mutation{variable} {form % field}")

    assert prepared.operation(None).requested(sent) == 10 + 3 * 2 + 1


async def test_a_command_costs_ten_at_either_door(open_shop: Open, sign_in: SignIn) -> None:
    clients = await open_shop(rate_limit_points=1_000)
    mary = await clients(await sign_in(Role.MANAGER))
    command = 'createItem(input: {sku: "%s", name: "Chair"}) { replayed }'
    both = f"mutation {{ a: {command % unique('A')} b: {command % unique('B')} }}"

    before = left(await mary.get("/v1/items?limit=1"))
    rest = await mary.post("/v1/items", json={"sku": unique("C"), "name": "Chair"})
    graphql = await mary.post("/graphql", json={"query": both})

    assert before - left(rest) == 10
    cost = graphql.json()["extensions"]["cost"]
    assert (cost["commands"], cost["requested"]) == (20, 22)


async def test_a_hundred_orders_are_placed_and_told_where_little_is_asked_of_each(
    open_shop: Open, sign_in: SignIn, rest: RestFace
) -> None:
    clients = await open_shop(rate_limit_points=100_000)
    mary = await clients(await sign_in(Role.MANAGER))
    chair = await an_item(rest, allow_backorder=True)
    orders = [{"lines": [{"itemId": chair["id"], "quantity": 1}]} for _ in range(100)]
    asked = "id number status lines { id quantity }"
    text = (
        "mutation ($input: OrderBulkPlaceInput!) { orderBulkPlace(input: $input) { result {"
        f" succeeded results {{ index result {{ {asked} }} errors {{ code message path }} }} }}"
        " errors { code message } } }"
    )

    answer = await mary.post(
        "/graphql",
        json={
            "query": text,
            "variables": {"input": {"items": orders, "idempotencyKey": unique("key")}},
        },
    )

    told = answer.json()
    assert told["data"]["orderBulkPlace"]["result"]["succeeded"] == 100, told
    assert 2_000 < told["extensions"]["cost"]["requested"] < 5_000
