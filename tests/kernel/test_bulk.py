"""Many commands as one, at both doors."""

from typing import Any

import pytest

from api.domain.actors import Role
from tests.conftest import SignIn
from tests.faces import Face, GraphQLFace, Refused, RestFace
from tests.factories import an_item, unique
from tests.kernel.conftest import Books


def chairs(count: int) -> list[dict[str, Any]]:
    return [{"sku": unique("CHAIR"), "name": f"Chair {n}"} for n in range(count)]


async def a_place(face: Face) -> dict[str, Any]:
    place: dict[str, Any] = await face.call(
        "create_location", code=unique("W")[:40], name="Warehouse"
    )
    return place


async def test_rows_come_back_in_the_order_in_which_they_were_sent(face: Face) -> None:
    items = chairs(30)
    done = await face.call("item_bulk_create", items=items, key=unique("key"))

    assert (done["succeeded"], done["failed"]) == (30, 0)
    assert [row["index"] for row in done["results"]] == list(range(30))
    assert [row["result"]["sku"] for row in done["results"]] == [it["sku"] for it in items]
    assert all(row["errors"] == [] for row in done["results"])
    one = done["results"][7]["result"]
    assert await face.call("get_item", item_id=one["id"]) == one


async def test_nothing_is_done_where_all_or_nothing_was_to_be(face: Face, books: Books) -> None:
    taken, items = await an_item(face), chairs(25)
    items[3]["sku"] = taken["sku"].lower()
    items[9]["name"] = ""
    items[20]["category_id"] = "slug:there-is-none"
    events = await books.count("events", "true")

    with pytest.raises(Refused) as refused:
        await face.call("item_bulk_create", items=items, key=unique("key"))

    faults = {tuple(it["path"]): it["code"] for it in refused.value.details["errors"]}
    prefix = () if face.name == "rest" else ("input",)
    assert refused.value.code == "BULK_REFUSED"
    assert faults == {
        (*prefix, "items", "3"): "DUPLICATE",
        (*prefix, "items", "9", "name"): "empty_text",
        (*prefix, "items", "20"): "NOT_FOUND",
    }
    assert await books.count("items", "sku = :sku", sku=items[0]["sku"]) == 0
    assert await books.count("events", "true") == events


async def test_good_rows_are_kept_where_failed_ones_are_skipped(face: Face, books: Books) -> None:
    taken, items = await an_item(face), chairs(25)
    items[3]["sku"] = taken["sku"]
    items[9]["name"] = ""
    sent = {"items": items, "error_policy": "SKIP_FAILED", "key": unique("key")}
    done = await face.call("item_bulk_create", **sent)
    again = await face.call("item_bulk_create", **sent)

    prefix = [] if face.name == "rest" else ["input"]
    assert (done["succeeded"], done["failed"]) == (23, 2)
    assert again == done
    duplicate, unnamed = done["results"][3], done["results"][9]
    assert duplicate["result"] is unnamed["result"] is None
    assert [it["code"] for it in duplicate["errors"]] == ["DUPLICATE"]
    assert duplicate["errors"][0]["path"] == [*prefix, "items", "3"]
    assert [it["code"] for it in unnamed["errors"]] == ["VALIDATION_FAILED"]
    assert unnamed["errors"][0]["path"] == [*prefix, "items", "9", "name"]
    for row in done["results"]:
        told = row["index"] not in (3, 9)
        assert await books.count("items", "sku = :sku", sku=items[row["index"]]["sku"]) == (
            1 if told or row["index"] == 3 else 0
        )
        if told:
            assert await books.count("events", "subject = :id", id=row["result"]["id"]) == 1


async def test_the_second_of_two_equal_rows_is_the_one_refused(face: Face) -> None:
    items = chairs(12)
    items[11]["sku"] = items[2]["sku"]
    done = await face.call(
        "item_bulk_create", items=items, error_policy="SKIP_FAILED", key=unique("key")
    )

    assert [row["index"] for row in done["results"] if row["errors"]] == [11]


async def test_items_change_only_at_the_version_that_was_expected(face: Face) -> None:
    one, two, three = [await an_item(face) for _ in range(3)]
    rows = [
        {"item_id": one["id"], "expected_version": 1, "name": "Ash"},
        {"item_id": f"sku:{two['sku']}", "expected_version": 4, "name": "Elm"},
        {"item_id": "sku:there-is-none", "expected_version": 1, "name": "Fir"},
        {"item_id": f"sku:{one['sku']}", "expected_version": 2, "unit": "piece"},
        {"item_id": three["id"], "expected_version": 1, "price": None},
        {"item_id": three["id"], "expected_version": 1, "name": "Oak"},
    ]
    done = await face.call(
        "item_bulk_update", items=rows, error_policy="SKIP_FAILED", key=unique("key")
    )

    codes = [[it["code"] for it in row["errors"]] for row in done["results"]]
    assert codes == [[], ["VERSION_CONFLICT"], ["NOT_FOUND"], [], [], ["VERSION_CONFLICT"]]
    now = await face.call("get_item", item_id=one["id"])
    assert (now["name"], now["unit"], now["version"]) == ("Ash", "piece", 3)
    assert (await face.call("get_item", item_id=three["id"]))["price"] is None


async def test_items_are_created_or_replaced_by_their_skus(face: Face) -> None:
    old = await an_item(face, description="Carved.", barcode=unique("B"), unit="pair")
    tracked = await an_item(face, tracking="LOT")
    fresh = unique("NEW")
    rows: list[dict[str, Any]] = [
        {"sku": fresh, "name": "First"},
        {"sku": old["sku"].lower(), "name": "Replaced"},
        {"sku": tracked["sku"], "name": "Tracked still"},
        {"sku": tracked["sku"], "name": "Untracked", "tracking": "SERIAL"},
        {"sku": fresh, "name": "Second"},
    ]
    done = await face.call(
        "item_bulk_upsert", items=rows, error_policy="SKIP_FAILED", key=unique("key")
    )

    codes = [[it["code"] for it in row["errors"]] for row in done["results"]]
    assert codes == [[], [], [], ["CONFLICT"], []]
    first, replaced, still, _, second = (row["result"] for row in done["results"])
    assert (first["version"], second["version"]) == (1, 2)
    assert (second["id"], second["name"]) == (first["id"], "Second")
    assert (replaced["id"], replaced["description"], replaced["unit"]) == (old["id"], None, "each")
    assert (replaced["barcode"], replaced["sku"]) == (None, old["sku"].lower())
    assert still["tracking"] == "LOT"


async def test_a_whole_branch_of_categories_comes_at_once(face: Face) -> None:
    top = unique("top").lower()
    rows = [{"name": "Top", "slug": top}]
    rows += [
        {"name": f"{n}", "slug": unique("below").lower(), "parent_id": f"slug:{top}"}
        for n in range(5)
    ]
    done = await face.call("category_bulk_create", items=rows, key=unique("key"))

    first, *others = (row["result"] for row in done["results"])
    assert {row["parent_id"] for row in others} == {first["id"]}


async def test_customers_and_places_come_at_once(face: Face) -> None:
    people = [{"name": f"Ada {n}", "external_ref": unique("crm")} for n in range(5)]
    places = [{"name": f"Bin {n}", "code": unique("B")[:40], "kind": "BIN"} for n in range(5)]
    ada = await face.call("customer_bulk_create", items=people, key=unique("key"))
    bins = await face.call("location_bulk_create", items=places, key=unique("key"))

    assert [row["result"]["external_ref"] for row in ada["results"]] == [
        it["external_ref"] for it in people
    ]
    assert {row["result"]["kind"] for row in bins["results"]} == {"BIN"}


async def test_a_delivery_and_a_count_are_postings_row_by_row(face: Face) -> None:
    place = await a_place(face)
    items = [await an_item(face) for _ in range(3)]
    free = await an_item(face, track_stock=False)
    at = {"location_id": f"code:{place['code']}"}
    delivery = [{"item_id": it["id"], "quantity": 10 + n, **at} for n, it in enumerate(items)]
    delivery.append({"item_id": items[0]["id"], "quantity": 5, **at})
    received = await face.call("stock_bulk_receive", items=delivery, key=unique("key"))
    count = [{"item_id": it["id"], "delta": -11, "reason": "Count", **at} for it in items]
    count.append({"item_id": items[0]["id"], "delta": -11, "reason": "Count", **at})
    count.append({"item_id": free["id"], "delta": 1, "reason": "Count", **at})
    adjusted = await face.call(
        "stock_bulk_adjust", items=count, error_policy="SKIP_FAILED", key=unique("key")
    )

    codes = [[it["code"] for it in row["errors"]] for row in adjusted["results"]]
    assert codes == [[], [], [], ["INSUFFICIENT_STOCK"], ["STOCK_NOT_TRACKED"]]
    [short] = adjusted["results"][3]["errors"]
    assert short["shortages"][0]["available"] == 4
    assert {row["result"]["kind"] for row in received["results"]} == {"RECEIVE"}
    left = await face.call("list_stock_levels", where={"location_id": {"in": [place["id"]]}})
    assert sorted(it["available"] for it in left["data"]) == [0, 1, 4]


async def test_orders_are_placed_against_what_the_ones_before_have_left(face: Face) -> None:
    place, chair = await a_place(face), await an_item(face)
    await face.call(
        "receive_stock",
        **{"item_id": chair["id"], "location_id": place["id"], "quantity": 5, "key": unique("k")},
    )
    orders = [{"lines": [{"item_id": chair["id"], "quantity": n}]} for n in (3, 3, 2)]
    with pytest.raises(Refused, match="BULK_REFUSED") as refused:
        await face.call("order_bulk_place", items=orders, key=unique("key"))
    done = await face.call(
        "order_bulk_place", items=orders, error_policy="SKIP_FAILED", key=unique("key")
    )

    assert [it["code"] for it in refused.value.details["errors"]] == ["INSUFFICIENT_STOCK"]
    codes = [[it["code"] for it in row["errors"]] for row in done["results"]]
    assert codes == [[], ["INSUFFICIENT_STOCK"], []]
    [level] = (await face.call("list_stock_levels", where={"item_id": {"in": [chair["id"]]}}))[
        "data"
    ]
    assert (level["available"], level["committed"]) == (0, 5)


async def test_a_bulk_is_tried_out_with_all_its_rows_and_kept_by_none(
    face: Face, books: Books
) -> None:
    items = chairs(3)
    items[1]["name"] = ""
    tried = await face.call(
        "item_bulk_create",
        items=items,
        error_policy="SKIP_FAILED",
        key=unique("key"),
        validate_only=True,
    )

    assert (tried["succeeded"], tried["failed"]) == (2, 1)
    assert await books.count("items", "sku = :sku", sku=items[0]["sku"]) == 0


@pytest.mark.parametrize("count", [0, 501])
async def test_a_bulk_has_some_rows_and_not_too_many(face: Face, count: int) -> None:
    with pytest.raises(Refused, match="VALIDATION_FAILED"):
        await face.call("item_bulk_create", items=chairs(count), key=unique("key"))


async def test_a_bulk_needs_a_key_and_the_right_of_the_single_command(
    rest: RestFace, graphql: GraphQLFace, sign_in: SignIn
) -> None:
    with pytest.raises(Refused, match="IDEMPOTENCY_KEY_REQUIRED"):
        await rest.call("item_bulk_create", items=chairs(1))
    customer = await sign_in(Role.CUSTOMER)
    for face in (rest.signed_in(customer), graphql.signed_in(customer)):
        with pytest.raises(Refused, match="FORBIDDEN"):
            await face.call("item_bulk_create", items=chairs(1), key=unique("key"))


async def test_one_key_is_one_bulk_over_both_doors(rest: RestFace, graphql: GraphQLFace) -> None:
    place, chair = await a_place(rest), await an_item(rest)
    at = {"item_id": chair["id"], "location_id": place["id"], "reason": "Count"}
    sent = {
        "items": [{**at, "delta": 5}, {**at, "delta": -9}, {**at, "delta": 0}],
        "error_policy": "SKIP_FAILED",
        "key": unique("key"),
    }
    first = await rest.call("stock_bulk_adjust", **sent)
    second = await graphql.call("stock_bulk_adjust", **sent)

    for once, again in zip(first["results"], second["results"], strict=True):
        assert again["result"] == once["result"]
        assert [it["code"] for it in again["errors"]] == [it["code"] for it in once["errors"]]
    [[short], [again]] = (done["results"][1]["errors"] for done in (first, second))
    assert again["shortages"][0].items() <= short["shortages"][0].items()
    [level] = (await rest.call("list_stock_levels", where={"item_id": {"in": [chair["id"]]}}))[
        "data"
    ]
    assert level["available"] == 5
