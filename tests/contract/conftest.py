"""A shop where everything leads to something."""

import pytest

from tests.faces import RestFace
from tests.factories import a_category, an_item, unique


@pytest.fixture(scope="session")
async def linked_shop(rest: RestFace) -> None:
    """Items at two places each, in categories that stand in another, and orders of them."""
    top = await a_category(rest)
    area = await rest.call("create_location", code=unique("A"), name="Yard", holds_stock=False)
    places = [
        await rest.call("create_location", code=unique("P"), name="Depot", parent_id=area["id"])
        for _ in range(2)
    ]
    for number in range(6):
        category = await a_category(rest, parent_id=top["id"])
        item = await an_item(rest, category_id=category["id"], attributes={"color": 'Öl \\ "rot"'})
        customer = await rest.call("create_customer", name=f"Buyer {number} & Söhne\u2028")
        for place in places:
            sent = {"item_id": item["id"], "location_id": place["id"], "quantity": 5}
            posting = await rest.call("receive_stock", **sent, key=unique("key"))
        await rest.call("reverse_posting", posting_id=posting["id"], key=unique("key"))
        lines = [{"item_id": item["id"], "quantity": 4, "discount": "0.125"}]
        order = await rest.call(
            "place_order", customer_id=customer["id"], lines=lines, key=unique("key")
        )
        parts = [{"line_id": order["lines"][0]["id"], "quantity": 1}]
        await rest.call("fulfill_order", order_id=order["id"], lines=parts, key=unique("key"))
