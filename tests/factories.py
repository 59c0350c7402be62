"""Things of a shop, each under a name that no other test uses."""

from itertools import count
from typing import Any
from uuid import uuid4

from api.domain.asking import Which
from api.domain.operations import AnyOperation
from tests.faces import Face

_numbers = count(1)


def unique(word: str) -> str:
    """The word, and something that sets it apart."""
    return f"{word}-{next(_numbers)}-{uuid4().hex[:8]}"


async def an_item(face: Face, **more: Any) -> dict[str, Any]:
    """A chair for 49.50 EUR, unless said otherwise."""
    sent = {
        "sku": unique("CHAIR"),
        "name": "Oak chair",
        "price": {"amount": "49.50", "currency": "EUR"},
        **more,
    }
    item: dict[str, Any] = await face.call("create_item", **sent)
    return item


async def a_category(face: Face, **more: Any) -> dict[str, Any]:
    """A category at the top of the tree, unless said otherwise."""
    sent = {"name": "Chairs", "slug": unique("chairs").lower(), **more}
    category: dict[str, Any] = await face.call("create_category", **sent)
    return category


async def a_linked_shop(rest: Face) -> None:
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


def which(operation: AnyOperation, where: Any = None, **arguments: Any) -> Which:
    """The rows of a list that a filter names, as either face asks for them."""
    return operation.asking.which({"where": where, **arguments})
