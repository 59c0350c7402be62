"""What would be tried to have more stock, or larger numbers, than there are, over either door."""

import asyncio
from typing import Any

import pytest

from tests.faces import Face, GraphQLFace, Refused, RestFace
from tests.factories import an_item, unique

MOST = {"rest": 500, "graphql": 50}
"""Rows of one bulk; GraphQL would refuse what is asked back of more."""


async def told(calling: Any) -> str:
    """The code of a refusal, or nothing."""
    try:
        await calling
    except Refused as refused:
        return refused.code
    return ""


async def a_shelf(face: Face, quantity: int, **item: Any) -> dict[str, Any]:
    """An item and a place of its own, with so many of it."""
    chair = await an_item(face, **item)
    place = await face.call("create_location", code=unique("W")[:40], name="House")
    at = {"item_id": chair["id"], "location_id": place["id"]}
    await face.call("receive_stock", **at, quantity=quantity, key=unique("key"))
    return at


async def an_order(face: Face, at: dict[str, Any], quantity: int = 2) -> dict[str, Any]:
    lines = [{"item_id": at["item_id"], "quantity": quantity}]
    order: dict[str, Any] = await face.call("place_order", lines=lines, key=unique("key"))
    return order


async def test_b115_one_row_again_and_again_in_a_bulk_takes_no_more_than_there_is(
    face: Face,
) -> None:
    at = await a_shelf(face, 3)
    rows = [{**at, "delta": -1, "reason": "Theft"}] * MOST[face.name]
    whole = {"items": rows, "key": unique("key")}
    some = whole | {"error_policy": "SKIP_FAILED", "key": unique("key")}
    lines = [{"item_id": at["item_id"], "quantity": 1}]

    assert await told(face.call("stock_bulk_adjust", **whole)) == "BULK_REFUSED"
    orders = await face.call(
        "order_bulk_place",
        items=[{"lines": lines}] * 20,
        error_policy="SKIP_FAILED",
        key=unique("key"),
    )
    placed = [it for it in orders["results"] if not it["errors"]]
    taken = await face.call("stock_bulk_adjust", **some)

    assert len(placed) == 3
    assert all(it["errors"] for it in taken["results"])
    [level] = (await face.call("list_stock_levels", where={"item_id": {"eq": at["item_id"]}}))[
        "data"
    ]
    assert (level["available"], level["committed"], level["on_hand"]) == (0, 3, 3)


async def test_b115_one_version_counts_for_one_change_of_a_bulk(face: Face) -> None:
    chair = await an_item(face)
    row = {"item_id": chair["id"], "expected_version": 1, "name": "Ash"}

    code = await told(
        face.call("item_bulk_update", items=[row] * MOST[face.name], key=unique("key"))
    )

    assert code == "BULK_REFUSED"
    assert (await face.call("get_item", item_id=chair["id"]))["version"] == 1


@pytest.mark.parametrize(
    "path", [("cancel",), ("fulfill", "cancel"), ("fulfill", "fulfill"), ("cancel", "fulfill")]
)
async def test_b116_no_order_of_steps_gives_stock_that_was_not_there(
    face: Face, path: tuple[str, ...]
) -> None:
    at = await a_shelf(face, 4)
    order = await an_order(face, at)
    part = [{"line_id": order["lines"][0]["id"], "quantity": 1}]
    for step in (*path, "allocate", "cancel", "fulfill", "allocate"):
        more = {"lines": part} if step == "fulfill" else {}
        code = await told(
            face.call(f"{step}_order", order_id=order["id"], **more, key=unique("key"))
        )
        assert code in ("", "INVALID_TRANSITION", "CONFLICT", "VALIDATION_FAILED"), (step, code)
    [level] = (await face.call("list_stock_levels", where={"item_id": {"eq": at["item_id"]}}))[
        "data"
    ]
    found = await face.call("get_order", order_id=order["id"])
    gone = sum(line["fulfilled"] for line in found["lines"])
    assert level["on_hand"] == 4 - gone
    assert level["committed"] + level["reserved"] <= 2 - gone
    assert gone <= path.count("fulfill") + 1


async def test_b117_a_posting_is_undone_once_and_what_undid_it_never(
    face: Face, rest: RestFace
) -> None:
    at = await a_shelf(face, 4)
    got = await face.call("receive_stock", **at, quantity=3, key=unique("key"))
    order = await an_order(face, at)
    await face.call("fulfill_order", order_id=order["id"], key=unique("key"))
    asked = {"posting_id": got["id"]}
    codes = await asyncio.gather(
        *(told(face.call("reverse_posting", **asked, key=unique("key"))) for _ in range(8))
    )
    undone = await rest.call("list_postings", where={"reverses_posting_id": {"eq": got["id"]}})

    assert sorted(codes)[0] == ""
    assert codes.count("") == 1, codes
    again = await told(
        face.call("reverse_posting", posting_id=undone["data"][0]["id"], key=unique("key"))
    )
    assert again in ("CONFLICT", "ALREADY_REVERSED", "VALIDATION_FAILED", "NOT_REVERSIBLE"), again


async def test_b118_the_largest_numbers_add_up_or_are_refused(
    face: Face,
) -> None:
    dear = {"amount": "999999999999.9999", "currency": "EUR"}
    at = await a_shelf(face, 1_000_000_000, price=dear)
    for _ in range(3):
        code = await told(
            face.call(
                "receive_stock", **at, quantity=1_000_000_000, unit_cost=dear, key=unique("key")
            )
        )
        assert code == ""
    lines = [{"item_id": at["item_id"], "quantity": 1_000_000_000}] * 4
    code = await told(face.call("place_order", lines=lines, key=unique("key")))
    assert code in ("", "VALIDATION_FAILED", "CONFLICT", "ORDER_TOO_LARGE"), code
    for report in ("stock-valuation", "low-stock", "movements-by-day"):
        word = report.upper().replace("-", "_") if face.name == "graphql" else report
        found = await face.call("get_report", report=word, location_id=[at["location_id"]])
        assert found


@pytest.mark.parametrize(
    "asked",
    [
        {"report": "movements-by-day", "time_zone": "Etc/GMT+14"},
        {"report": "movements-by-day", "time_zone": "Factory"},
        {"report": "movements-by-day", "time_zone": "posixrules"},
        {"report": "movements-by-day", "time_zone": "../etc/passwd"},
        {"report": "movements-by-day", "recorded_from": "0001-01-01T00:00:00+14:00"},
        {"report": "movements-by-day", "recorded_before": "9999-12-31T23:59:59-14:00"},
        {"report": "movements-by-day", "recorded_from": "2199-12-31T23:59:59Z"},
        {"report": "movements-by-day", "time_zone": "Pacific/Kiritimati"},
        {"report": "stock-valuation", "at": "1901-01-01T00:00:00+14:00"},
        {"report": "stock-valuation", "at": "2199-12-31T23:59:59.999999-14:00"},
        {"report": "stock-valuation", "at": "2016-12-31T23:59:60Z"},
        {"report": "low-stock", "threshold": 1_000_000_000},
    ],
    ids=str,
)
async def test_b119_a_report_of_the_end_of_the_world_is_answered_or_refused_alike(
    rest: RestFace, graphql: GraphQLFace, asked: dict[str, Any]
) -> None:
    word = str(asked["report"]).upper().replace("-", "_")

    over_rest = await told(rest.call("get_report", **asked))
    over_graphql = await told(graphql.call("get_report", **asked | {"report": word}))

    assert over_rest == over_graphql
    assert over_rest in ("", "VALIDATION_FAILED")


async def test_b119_digits_of_another_script_are_no_number_of_a_query(rest: RestFace) -> None:
    for query in ("threshold=\u0663", "limit=\u0661\u0660"):
        answer = await rest.client.get(
            f"/v1/reports/low-stock?{query}", headers={"Authorization": str(rest.authorization)}
        )
        assert answer.status_code == 422, query
