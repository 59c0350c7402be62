"""How much work a bulk is: counted in statements, and shared with those who work beside it."""

import asyncio
from typing import Any

import pytest

from tests.faces import Face, GraphQLFace, Refused, RestFace
from tests.factories import an_item, unique


def chairs(count: int) -> list[dict[str, Any]]:
    return [{"sku": unique("CHAIR"), "name": f"Chair {n}"} for n in range(count)]


@pytest.mark.parametrize("verb", ["create", "update", "upsert"])
async def test_a_bulk_of_items_takes_as_many_statements_as_ten_of_them(
    rest: RestFace, statements: list[str], verb: str
) -> None:
    counts = []
    for size in (10, 500):
        items = chairs(size)
        if verb != "create":
            made = await rest.call("item_bulk_create", items=items, key=unique("key"))
            rows = [row["result"] for row in made["results"]]
            if verb == "update":
                items = [{"item_id": it["id"], "expected_version": 1, "name": "Ash"} for it in rows]
        statements.clear()
        done = await rest.call(f"item_bulk_{verb}", items=items, key=unique("key"))
        counts.append(len(statements))
        assert done["succeeded"] == size

    assert counts[0] == counts[1] <= 20


@pytest.mark.parametrize("verb", ["receive", "adjust"])
async def test_a_bulk_of_postings_takes_one_statement_more_for_each(
    rest: RestFace, statements: list[str], verb: str
) -> None:
    place = await rest.call("create_location", code=unique("W")[:40], name="Warehouse")
    made = await rest.call("item_bulk_create", items=chairs(200), key=unique("key"))
    change = {"quantity": 3} if verb == "receive" else {"delta": 3, "reason": "Count"}
    rows = [
        {"item_id": row["result"]["id"], "location_id": place["id"], **change}
        for row in made["results"]
    ]
    statements.clear()
    await rest.call(f"stock_bulk_{verb}", items=rows, key=unique("key"))

    assert len(statements) <= 200 + 30


async def patiently(face: Face, operation: str, **sent: Any) -> None:
    """Until it is done: where many wait, the last are told to come again."""
    for _ in range(20):
        try:
            await face.call(operation, key=unique("key"), **sent)
        except Refused as refused:
            if refused.code != "BUSY":
                raise
        else:
            return
    raise AssertionError("Still busy.")


async def test_bulks_of_the_same_things_in_any_order_wait_for_each_other_and_never_forever(
    rest: RestFace, graphql: GraphQLFace
) -> None:
    place = await rest.call("create_location", code=unique("W")[:40], name="Warehouse")
    items = [await an_item(rest) for _ in range(12)]
    new = chairs(12)
    stock = [
        {"item_id": it["id"], "location_id": place["id"], "delta": 2, "reason": "Count"}
        for it in items
    ]
    await rest.call("stock_bulk_adjust", items=stock, key=unique("key"))
    taken = [row | {"delta": -1} for row in stock]
    taken[5]["delta"] = -99  # so that the rows are done in parts

    async def work(face: Face, turn: int) -> None:
        way = 1 if turn % 2 else -1
        skip = {"error_policy": "SKIP_FAILED"}
        await patiently(face, "stock_bulk_adjust", items=taken[::way], **skip)
        await patiently(face, "stock_bulk_adjust", items=stock[::way])
        await patiently(face, "item_bulk_upsert", items=new[::way])

    faces: list[Face] = [rest, graphql]
    await asyncio.gather(*(work(faces[turn % 4 // 2], turn) for turn in range(8)))

    levels = await rest.call("list_stock_levels", where={"location_id": {"in": [place["id"]]}})
    assert all(2 <= level["available"] <= 18 for level in levels["data"])
    found = await rest.call("list_items", where={"sku": {"in": [it["sku"] for it in new]}})
    assert [it["version"] for it in found["data"]] == [8] * 12


async def test_fifty_upserts_of_a_new_item_at_once_make_one(
    rest: RestFace, graphql: GraphQLFace
) -> None:
    sku = unique("NEW")
    faces: list[Face] = [rest, graphql] * 25
    answers = await asyncio.gather(
        *(face.call("upsert_item", item_id=f"sku:{sku}", name="Chair") for face in faces)
    )

    assert len({answer["id"] for answer in answers}) == 1
    assert sorted(answer["version"] for answer in answers) == list(range(1, 51))
