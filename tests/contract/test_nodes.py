"""`node` and `nodes`: whatever has an id is found by it, by those who may see it."""

from typing import Any

import httpx2
import pytest

from api.domain.actors import Role
from graphql_schema.nodes import BULK
from tests.conftest import SignIn
from tests.faces import SCHEMA, RestFace
from tests.factories import a_category, an_item, unique
from tests.uploads.pictures import send_picture


async def ask(client: httpx2.AsyncClient, authorization: str, ids: list[str]) -> Any:
    query = "query N($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
    body = {"query": query, "variables": {"ids": ids}}
    answer = await client.post("/graphql", json=body, headers={"Authorization": authorization})
    return answer.json()


@pytest.fixture
async def things(rest: RestFace) -> dict[str, str]:
    """One of each thing that has an id, by the name of its type."""
    item = await an_item(rest)
    location = await rest.call("create_location", code=unique("L"), name="Depot")
    customer = await rest.call("create_customer", name="Alder & Sons")
    shelf = {"item_id": item["id"], "location_id": location["id"]}
    posting = await rest.call("receive_stock", **shelf, quantity=5, key=unique("key"))
    order = await rest.call(
        "place_order",
        customer_id=customer["id"],
        lines=[{"item_id": item["id"], "quantity": 2}],
        key=unique("key"),
    )
    await rest.call("fulfill_order", order_id=order["id"], key=unique("key"))
    sent = await rest.call("list_fulfillments", where={"order_id": {"eq": order["id"]}})
    level = await rest.call("list_stock_levels", where={"item_id": {"eq": item["id"]}})
    return {
        "Item": item["id"],
        "Category": (await a_category(rest))["id"],
        "Location": location["id"],
        "Customer": customer["id"],
        "Posting": posting["id"],
        "Order": order["id"],
        "Fulfillment": sent["data"][0]["id"],
        "StockLevel": level["data"][0]["id"],
        "Upload": (await send_picture(rest))["id"],
        "User": (await rest.call("get_me"))["user"]["id"],
    }


async def test_everything_with_an_id_is_found_by_it(
    client: httpx2.AsyncClient, admin: str, things: dict[str, str]
) -> None:
    found = (await ask(client, admin, list(things.values())))["data"]["nodes"]

    assert {node["__typename"]: node["id"] for node in found} == things
    assert len(things) == len(BULK)


def test_all_nodes_of_the_schema_can_be_found() -> None:
    interface = SCHEMA._schema.type_map["Node"]
    types = {type_.name for type_ in SCHEMA._schema.get_possible_types(interface)}  # type: ignore[arg-type]

    assert len(types - {"ApiKey", "Session"}) == len(BULK)  # these are their owner's alone


async def test_what_is_no_id_is_nothing(client: httpx2.AsyncClient, admin: str) -> None:
    odd = ["", "item", "item_", "item_zz", "order_" + "0" * 32, "cellar_" + "0" * 32, "x" * 10_000]

    assert (await ask(client, admin, odd))["data"]["nodes"] == [None] * len(odd)


async def test_too_many_ids_are_refused(client: httpx2.AsyncClient, admin: str) -> None:
    answer = await ask(client, admin, ["item_" + "0" * 32] * 101)

    assert answer["errors"][0]["extensions"]["code"] == "VALIDATION_FAILED"


async def test_a_customer_finds_nothing_of_others_by_its_id(
    client: httpx2.AsyncClient, rest: RestFace, sign_in: SignIn, things: dict[str, str]
) -> None:
    other = await rest.call("create_customer", name="Birch Interiors")
    stranger = await sign_in(Role.CUSTOMER, customer_id=other["id"])

    answer = await ask(client, stranger, [things["Order"], things["Fulfillment"]])

    assert answer["data"]["nodes"] == [None, None]
    assert "errors" not in answer
