"""Things of a shop, each under a name that no other test uses."""

from itertools import count
from typing import Any
from uuid import uuid4

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
