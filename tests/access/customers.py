"""Customers who each have something of everything that a customer can have."""

from dataclasses import dataclass

from api.domain.actors import Role
from tests.conftest import SignIn
from tests.faces import Face, RestFace
from tests.factories import an_item, unique
from tests.uploads.pictures import send_picture


@dataclass(frozen=True)
class Owner:
    """A customer, who they sign in as, and the ids of what is theirs alone; `marks` are words that
    stand in their rows and nowhere else.
    """

    authorization: str
    ids: dict[str, str]
    marks: tuple[str, ...]

    @property
    def own(self) -> set[str]:
        """Everything by which something of theirs could be known."""
        return {*self.ids.values(), *self.marks}


async def owners(rest: RestFace, sign_in: SignIn, number: int) -> list[Owner]:
    """So many customers, who order the same chairs."""
    item = await an_item(rest)
    location = await rest.call("create_location", code=unique("L"), name="Depot")
    shelf = {"item_id": item["id"], "location_id": location["id"]}
    await rest.call("receive_stock", **shelf, quantity=10 * number, key=unique("key"))
    return [await _owner(rest, sign_in, item["id"]) for _ in range(number)]


async def _owner(rest: RestFace, sign_in: SignIn, item_id: str) -> Owner:
    name, ref, note, tracking = (unique(word) for word in ("Name", "ref", "note", "parcel"))
    customer = await rest.call("create_customer", name=name, external_ref=unique("client"))
    bearer = await sign_in(Role.CUSTOMER, customer_id=customer["id"])
    mine: Face = rest.signed_in(bearer)
    lines = [{"item_id": item_id, "quantity": 2}]
    order = await mine.call(
        "place_order", lines=lines, external_ref=ref, note=note, key=unique("key")
    )
    sent = {"lines": [{"line_id": order["lines"][0]["id"], "quantity": 1}], "tracking": tracking}
    await rest.call("fulfill_order", order_id=order["id"], **sent, key=unique("key"))
    parcels = await mine.call("list_fulfillments", where={"order_id": {"eq": order["id"]}})
    key = await mine.call("create_api_key", name=unique("till"), scopes=["orders:read"])
    ids = {
        "customer": customer["id"],
        "order": order["id"],
        "line": order["lines"][0]["id"],
        "fulfillment": parcels["data"][0]["id"],
        "user": (await mine.call("get_me"))["user"]["id"],
        "session": (await mine.call("list_sessions"))["data"][0]["id"],
        "key": key["api_key"]["id"],
        "upload": (await send_picture(rest.signed_in(bearer)))["id"],
    }
    return Owner(bearer, ids, (name, ref, note, tracking))
