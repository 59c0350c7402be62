"""Orders, through either door."""

from typing import Any

import pytest

from api.domain.actors import Role
from api.domain.fields import Id
from tests.conftest import SignIn
from tests.faces import Face, GraphQLFace, Refused, RestFace
from tests.factories import unique
from tests.orders.shop import Shop


async def stocked(shop: Shop, quantity: int = 5, **fields: Any) -> tuple[Id, Id]:
    """A chair at ten euros, and the warehouse that has some."""
    warehouse, chair = await shop.location(), await shop.item(**fields)
    await shop.receive(chair, warehouse, quantity)
    return chair, warehouse


async def placed(face: Face, *lines: tuple[str, int], **fields: Any) -> dict[str, Any]:
    """An order under a fresh key."""
    sent = [{"item_id": item, "quantity": quantity} for item, quantity in lines]
    order: dict[str, Any] = await face.call(
        "place_order", **{"lines": sent, "key": unique("key"), **fields}
    )
    return order


async def test_an_order_is_placed_sent_in_parts_and_completed(face: Face, shop: Shop) -> None:
    chair, warehouse = await stocked(shop)
    order = await placed(face, (chair, 3), external_ref=f"A-{chair}", note="Ring twice")
    line = order["lines"][0]
    some = [{"line_id": line["id"], "quantity": 1}]

    assert (order["status"], order["fulfillment_status"]) == ("PLACED", "UNFULFILLED")
    assert order["total"] == {"amount": "30.00", "currency": "EUR"}
    assert (line["allocated"], line["backordered"], line["discount"]) == (3, 0, "0")
    assert await face.call("get_order", order_id=f"ref:A-{chair}") == order

    part = await face.call("fulfill_order", order_id=order["id"], lines=some, key=unique("key"))
    assert part["fulfillment_status"] == "PARTIAL"
    done = await face.call(
        "fulfill_order", order_id=order["id"], tracking="1Z999", key=unique("key")
    )
    assert (done["status"], done["fulfillment_status"]) == ("COMPLETED", "FULFILLED")

    parcels = await face.call("list_fulfillments", where={"order_id": {"in": [order["id"]]}})
    assert [(parcel["tracking"], parcel["location_id"]) for parcel in parcels["data"]] == [
        ("1Z999", warehouse),
        (None, warehouse),
    ]
    assert [parcel["lines"][0]["quantity"] for parcel in parcels["data"]] == [2, 1]


async def test_a_shortage_names_every_item_that_is_short(face: Face, shop: Shop) -> None:
    chair, _ = await stocked(shop, 2)
    lamp = await shop.item()

    with pytest.raises(Refused, match="INSUFFICIENT_STOCK") as refused:
        await placed(face, (chair, 2), (lamp, 1), (chair, 2))

    shortages = next(
        value for name, value in refused.value.details.items() if name.endswith("shortages")
    )
    assert {(short["item_id"], short["requested"], short["available"]) for short in shortages} == {
        (chair, 4, 2),
        (lamp, 1, 0),
    }


async def test_the_same_key_places_one_order_over_either_door(
    rest: RestFace, graphql: GraphQLFace, shop: Shop
) -> None:
    chair, warehouse = await stocked(shop)
    key = unique("key")

    first = await placed(rest, (chair, 2), key=key)
    again = await placed(graphql, (chair, 2), key=key)

    assert again == first
    assert await shop.books(chair) == {warehouse: (3, 2)}
    with pytest.raises(Refused, match="IDEMPOTENCY_MISMATCH"):
        await placed(graphql, (chair, 3), key=key)


async def test_an_order_needs_a_key(rest: RestFace, shop: Shop) -> None:
    chair, _ = await stocked(shop)

    with pytest.raises(Refused, match="IDEMPOTENCY_KEY_REQUIRED"):
        await rest.call("place_order", lines=[{"item_id": chair, "quantity": 1}])


async def test_b2_two_lines_of_one_item_that_are_too_many_together_are_refused_whole(
    face: Face, shop: Shop
) -> None:
    chair, warehouse = await stocked(shop)
    before = await shop.books(chair)
    there = before[warehouse][0]

    with pytest.raises(Refused) as refused:
        await placed(face, (chair, there - 1), (chair, 2))
    [shortage] = refused.value.details["shortages"]

    assert refused.value.code == "INSUFFICIENT_STOCK"
    assert (shortage["requested"], shortage["available"]) == (there + 1, there)
    assert await shop.books(chair) == before


async def test_an_order_is_cancelled_once_and_its_stock_is_free_again(
    face: Face, shop: Shop
) -> None:
    chair, warehouse = await stocked(shop)
    order = await placed(face, (chair, 2))

    cancelled = await face.call("cancel_order", order_id=order["id"], reason="Changed my mind")

    assert (cancelled["status"], cancelled["cancel_reason"]) == ("CANCELLED", "Changed my mind")
    assert await shop.books(chair) == {warehouse: (5, 0)}
    with pytest.raises(Refused, match="INVALID_TRANSITION"):
        await face.call("cancel_order", order_id=order["id"])


async def test_stock_that_comes_in_goes_to_an_order_that_waits(face: Face, shop: Shop) -> None:
    chair, warehouse = await stocked(shop, 1, allow_backorder=True)
    order = await placed(face, (chair, 3))
    assert order["lines"][0]["backordered"] == 2
    await shop.receive(chair, warehouse, 9)

    ready = await face.call("allocate_order", order_id=order["id"])

    assert (ready["lines"][0]["allocated"], ready["lines"][0]["backordered"]) == (3, 0)


async def test_what_cannot_leave_is_refused(face: Face, shop: Shop) -> None:
    chair, _ = await stocked(shop, 1, allow_backorder=True)
    order = await placed(face, (chair, 3))
    too_much = [{"line_id": order["lines"][0]["id"], "quantity": 2}]

    with pytest.raises(Refused, match="NOT_READY_TO_FULFILL"):
        await face.call("fulfill_order", order_id=order["id"], lines=too_much, key=unique("key"))


async def test_orders_are_listed_filtered_and_paged(face: Face, shop: Shop) -> None:
    chair, _ = await stocked(shop, 9)
    made = [await placed(face, (chair, quantity)) for quantity in (1, 3, 2)]
    where = {"lines": {"some": {"item_id": {"eq": chair}}}}

    whole = await face.call("list_orders", where=where, count=True)
    assert whole["data"] == list(reversed(made))
    assert whole["total_count"] == 3

    by_total = [{"field": "TOTAL", "direction": "DESC"}]
    first = await face.call("list_orders", where=where, order_by=by_total, first=2)
    cursor = first["page_info"]["end_cursor"]
    rest_of_it = await face.call(
        "list_orders", where=where, order_by=by_total, first=2, after=cursor
    )
    amounts = [order["total"]["amount"] for order in first["data"] + rest_of_it["data"]]
    assert amounts == ["30.00", "20.00", "10.00"]


async def test_a_customer_has_its_own_orders_and_nobody_elses(
    face: Face, shop: Shop, sign_in: SignIn
) -> None:
    chair, _ = await stocked(shop, 9)
    ada, bob = [
        face.signed_in(await sign_in(Role.CUSTOMER, customer_id=await shop.customer()))
        for _ in range(2)
    ]
    order = await placed(ada, (chair, 1))

    assert await ada.call("get_order", order_id=order["id"]) == order
    assert (await bob.call("list_orders"))["data"] == []
    assert (await bob.call("list_fulfillments"))["data"] == []
    assert await seen(bob, order["id"]) is None
    assert (await ada.call("list_orders"))["data"] == [order]
    with pytest.raises(Refused, match="FORBIDDEN"):
        await placed(bob, (chair, 1), customer_id=order["customer_id"])
    with pytest.raises(Refused, match="FORBIDDEN"):
        await placed(bob, (chair, 1), discount={"percent": "0.5"})
    with pytest.raises(Refused, match="FORBIDDEN"):
        await ada.call("cancel_order", order_id=order["id"])


async def test_links_lead_from_an_order_to_all_that_belongs_to_it(
    graphql: GraphQLFace, shop: Shop, statements: list[str]
) -> None:
    chair, warehouse = await stocked(shop, 99)
    customer = await shop.customer()
    few = [await placed(graphql, (chair, 1), (chair, 2), customer_id=customer)]
    document = """query Q($where: OrderFilter) { orders(where: $where, first: 6) { nodes {
        customer { name } fulfillments { id }
        lines { item { sku } allocations { locationId quantity } } } } }"""

    async def ask() -> tuple[list[Any], int]:
        before = len(statements)
        body = {"query": document, "variables": {"where": {"customerId": {"eq": customer}}}}
        headers = {"Authorization": graphql.authorization or ""}
        answer = (await graphql.client.post("/graphql", json=body, headers=headers)).json()
        return answer["data"]["orders"]["nodes"], len(statements) - before

    one, once = await ask()
    few += [await placed(graphql, (chair, 1), customer_id=customer) for _ in range(5)]
    six, again = await ask()

    assert one[0]["customer"] == {"name": "Ada"}
    assert one[0]["lines"][1]["allocations"] == [{"locationId": warehouse, "quantity": 2}]
    assert (len(six), again) == (6, once)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"lines": []}, "VALIDATION_FAILED"),
        ({"discount": {"percent": "1.5"}}, "VALIDATION_FAILED"),
        ({"discount": {}}, "VALIDATION_FAILED"),
        ({"discount": {"amount": {"amount": "99999", "currency": "EUR"}}}, "VALIDATION_FAILED"),
        ({"currency": "USD"}, "VALIDATION_FAILED"),
        ({"currency": "XQZ"}, "VALIDATION_FAILED"),
        ({"external_ref": " "}, "VALIDATION_FAILED"),
        ({"note": "\x00"}, "VALIDATION_FAILED"),
        ({"customer_id": f"customer_{'0' * 32}"}, "NOT_FOUND"),
        ({"customer_id": "nobody"}, "VALIDATION_FAILED"),
    ],
)
async def test_an_order_that_makes_no_sense_is_refused_alike(
    face: Face, shop: Shop, fields: dict[str, Any], code: str
) -> None:
    chair, warehouse = await stocked(shop)

    with pytest.raises(Refused, match=code):
        await placed(face, (chair, 1), **fields)
    assert await shop.books(chair) == {warehouse: (5, 0)}


async def seen(face: Face, order_id: str) -> Any:
    """What a door shows of an order; over REST what is not there is a refusal."""
    try:
        return await face.call("get_order", order_id=order_id)
    except Refused as refused:
        if refused.code == "NOT_FOUND":
            return None
        raise


@pytest.mark.parametrize("first", ["rest", "graphql"])
async def test_b33_an_order_that_was_refused_is_placed_under_its_key_when_there_is_stock(
    rest: RestFace, graphql: GraphQLFace, shop: Shop, first: str
) -> None:
    one, other = (rest, graphql) if first == "rest" else (graphql, rest)
    (chair, warehouse), key = await stocked(shop), unique("key")
    with pytest.raises(Refused, match="INSUFFICIENT_STOCK"):
        await placed(one, (chair, 8), key=key)
    await shop.receive(chair, warehouse, 5)

    order = await placed(other, (chair, 8), key=key)
    assert await placed(one, (chair, 8), key=key) == order
    assert await shop.books(chair) == {warehouse: (2, 8)}
