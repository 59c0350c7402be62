"""The stockroom, through either door."""

from typing import Any

import pytest

from tests.faces import Face, GraphQLFace, Refused, RestFace
from tests.factories import an_item, unique


async def a_shelf(face: Face, **item: Any) -> dict[str, str]:
    """A new item and a new warehouse, as stock commands name them."""
    made = await an_item(face, **item)
    place = await face.call("create_location", code=unique("W"), name="Warehouse")
    return {"item_id": made["id"], "location_id": place["id"]}


async def change(face: Face, operation: str, **sent: Any) -> dict[str, Any]:
    """A command on stock under a key of its own."""
    posting: dict[str, Any] = await face.call(operation, **{"key": unique("key"), **sent})
    return posting


async def the_level(face: Face, shelf: dict[str, str]) -> dict[str, Any]:
    where = {name: {"eq": shelf[name]} for name in ("item_id", "location_id")}
    page = await face.call("list_stock_levels", where=where)
    level: dict[str, Any] = page["data"][0]
    return level


async def test_a_delivery_is_put_on_the_shelf(face: Face) -> None:
    shelf = await a_shelf(face)
    cost = {"amount": "12.5", "currency": "EUR"}

    posting = await change(face, "receive_stock", **shelf, quantity=8, unit_cost=cost)

    [movement] = posting["movements"]
    assert (posting["kind"], movement["seq"], movement["on_hand_after"]) == ("RECEIVE", 1, 8)
    assert movement["unit_cost"] == {"amount": "12.50", "currency": "EUR"}
    level = await the_level(face, shelf)
    assert (level["available"], level["on_hand"], level["version"]) == (8, 8, 1)
    assert await face.call("get_stock_level", level_id=level["id"]) == level
    assert await face.call("get_posting", posting_id=posting["id"]) == posting


async def test_items_and_places_go_by_their_own_names_too(face: Face) -> None:
    sku, code = unique("CHAIR"), unique("W")
    await an_item(face, sku=sku)
    await face.call("create_location", code=code, name="Warehouse")
    named = {"item_id": f"sku:{sku.lower()}", "location_id": f"code:{code.lower()}"}

    posting = await change(face, "receive_stock", **named, quantity=1)

    assert posting["movements"][0]["available_after"] == 1


async def test_both_doors_show_the_very_same_books(rest: RestFace, graphql: GraphQLFace) -> None:
    shelf = await a_shelf(rest)
    await change(rest, "receive_stock", **shelf, quantity=8)
    lost = await change(graphql, "adjust_stock", **shelf, delta=-3, reason="lost")
    await change(rest, "set_stock", **shelf, on_hand=6, expected_quantity=5)
    buckets = {"from_bucket": "AVAILABLE", "to_bucket": "DAMAGED"}
    await change(graphql, "move_stock", **shelf, quantity=2, **buckets)
    undone = await change(rest, "reverse_posting", posting_id=lost["id"], reason="found")

    level = await the_level(rest, shelf)
    assert (level["available"], level["damaged"], level["on_hand"]) == (7, 2, 9)
    assert await the_level(graphql, shelf) == level
    where = {"item_id": {"eq": shelf["item_id"]}}
    order = [{"field": "RECORDED_AT", "direction": "ASC"}]
    seen = [
        await door.call("list_stock_movements", where=where, order_by=order, count=True)
        for door in (rest, graphql)
    ]
    assert seen[0] == seen[1]
    kinds = [row["kind"] for row in seen[0]["data"]]
    assert kinds == ["RECEIVE", "ADJUST", "SET", "MOVE", "REVERSE"]
    assert await graphql.call("get_posting", posting_id=undone["id"]) == undone
    about = {"kind": {"eq": "REVERSE"}, "recorded_at": {"gte": undone["recorded_at"]}}
    pages = [await door.call("list_postings", where=about) for door in (rest, graphql)]
    assert pages[0] == pages[1]
    assert undone in pages[0]["data"]


async def test_nobody_can_take_what_is_not_there(face: Face) -> None:
    shelf = await a_shelf(face)
    await change(face, "receive_stock", **shelf, quantity=2)

    with pytest.raises(Refused, match="INSUFFICIENT_STOCK") as refused:
        await change(face, "adjust_stock", **shelf, delta=-3, reason="lost")

    [shortage] = refused.value.details["shortages"]
    assert shortage.pop("sku").startswith("CHAIR")
    assert shortage == shelf | {
        "requested": 3,
        "available": 2,
        "next_eta": None,
        "bucket": "AVAILABLE",
    }
    assert (await the_level(face, shelf))["available"] == 2


async def test_a_count_made_against_old_numbers_is_refused(face: Face) -> None:
    shelf = await a_shelf(face)
    await change(face, "receive_stock", **shelf, quantity=5)

    with pytest.raises(Refused, match="STALE_QUANTITY"):
        await change(face, "set_stock", **shelf, on_hand=3, expected_quantity=4)
    with pytest.raises(Refused, match="VALIDATION_FAILED"):
        await change(face, "set_stock", **shelf, on_hand=3)
    assert (await the_level(face, shelf))["on_hand"] == 5


async def test_a_posting_is_undone_once(face: Face) -> None:
    shelf = await a_shelf(face)
    received = await change(face, "receive_stock", **shelf, quantity=5)

    await change(face, "reverse_posting", posting_id=received["id"])

    with pytest.raises(Refused, match="ALREADY_REVERSED"):
        await change(face, "reverse_posting", posting_id=received["id"])


async def test_a_delivery_entered_twice_under_one_key_counts_once(
    rest: RestFace, graphql: GraphQLFace
) -> None:
    shelf = await a_shelf(rest)
    sent = {**shelf, "quantity": 5, "key": unique("key")}

    first = await rest.call("receive_stock", **sent)

    assert await graphql.call("receive_stock", **sent) == first
    with pytest.raises(Refused, match="IDEMPOTENCY_MISMATCH"):
        await rest.call("receive_stock", **sent | {"quantity": 6})
    assert (await the_level(rest, shelf))["on_hand"] == 5


async def test_stock_does_not_change_without_a_key(rest: RestFace) -> None:
    shelf = await a_shelf(rest)
    with pytest.raises(Refused, match="IDEMPOTENCY_KEY_REQUIRED"):
        await rest.call("receive_stock", **shelf, quantity=1)


async def test_the_books_of_the_past_can_be_read(face: Face) -> None:
    shelf = await a_shelf(face)
    received = await change(face, "receive_stock", **shelf, quantity=5)
    await change(face, "adjust_stock", **shelf, delta=-5, reason="burned")

    where = {"item_id": {"eq": shelf["item_id"]}}
    [then] = (await face.call("list_stock_as_of", where=where, at=received["recorded_at"]))["data"]

    assert (then["on_hand"], then["seq"]) == (5, 1)
    with pytest.raises(Refused, match=r"VALIDATION_FAILED|BAD_REQUEST"):
        await face.call("list_stock_as_of", where={"item_id": {"eq": shelf["item_id"]}})


async def test_numbers_that_are_none_are_refused(face: Face) -> None:
    shelf = await a_shelf(face)
    for quantity in (0, -1, 1_000_000_001, 2**63):
        with pytest.raises(Refused, match="VALIDATION_FAILED"):
            await change(face, "receive_stock", **shelf, quantity=quantity)


async def test_customers_do_not_see_or_touch_the_stock(face: Face) -> None:
    shelf = await a_shelf(face)
    stranger = face.signed_in(None)
    with pytest.raises(Refused, match="UNAUTHENTICATED"):
        await stranger.call("list_stock_levels")
    with pytest.raises(Refused, match="UNAUTHENTICATED"):
        await change(stranger, "receive_stock", **shelf, quantity=1)
