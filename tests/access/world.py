"""A shop with two customers, and everybody who might knock at its doors."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from api.domain.actors import Role
from tests.conftest import SignIn
from tests.faces import Face, RestFace
from tests.factories import a_category, an_item, unique
from tests.uploads.pictures import send_picture

RIGHTS = {
    "public": "everybody",
    "profile:read": "CUSTOMER VIEWER CLERK MANAGER ADMIN",
    "profile:write": "CUSTOMER VIEWER CLERK MANAGER ADMIN",
    "uploads:manage": "CUSTOMER VIEWER CLERK MANAGER ADMIN",
    "keys:manage": "CUSTOMER VIEWER CLERK MANAGER ADMIN",
    "sessions:manage": "CUSTOMER VIEWER CLERK MANAGER ADMIN",
    "catalog:read": "CUSTOMER VIEWER CLERK MANAGER ADMIN",
    "orders:read": "CUSTOMER VIEWER CLERK MANAGER ADMIN",
    "orders:place": "CUSTOMER CLERK MANAGER ADMIN",
    "stock:read": "VIEWER CLERK MANAGER ADMIN",
    "customers:read": "CUSTOMER VIEWER CLERK MANAGER ADMIN",
    "orders:write": "CLERK MANAGER ADMIN",
    "stock:write": "CLERK MANAGER ADMIN",
    "customers:write": "CLERK MANAGER ADMIN",
    "catalog:write": "MANAGER ADMIN",
    "users:read": "ADMIN",
    "users:write": "ADMIN",
    "documents:manage": "ADMIN",
    "system:administer": "ADMIN",
}
"""What each role may do, written by hand: not what the code believes."""


@dataclass(frozen=True)
class Principal:
    """Somebody at the door; `sees` is the customer whose rows they see, or all of them."""

    name: str
    authorization: str | None
    rights: frozenset[str]
    sees: str = "all"
    user: str = ""

    def may(self, permission: str) -> bool:
        return permission in self.rights


@dataclass(frozen=True)
class World:
    """Ids of one of everything; what is owned belongs to the customer and the user `A`."""

    ids: dict[str, str]
    principals: list[Principal]

    def __getitem__(self, name: str) -> str:
        return self.ids[name]


def rights_of(role: Role) -> frozenset[str]:
    return frozenset(name for name, roles in RIGHTS.items() if role in roles.split()) | {"public"}


async def found(rest: RestFace, sign_in: SignIn) -> World:
    """A new world."""
    ids = await _things(rest)
    a = await sign_in(Role.CUSTOMER, customer_id=ids["customer"])
    b = await sign_in(Role.CUSTOMER, customer_id=ids["other_customer"])
    mine = rest.signed_in(a)
    ids["user"] = (await mine.call("get_me"))["user"]["id"]
    ids["session"] = (await mine.call("list_sessions"))["data"][0]["id"]
    ids["upload"] = (await send_picture(mine))["id"]
    principals = [principal async for principal in _principals(rest, sign_in, ids, a, b)]
    return World(ids, principals)


async def _things(rest: Face) -> dict[str, str]:
    category, item = await a_category(rest), await an_item(rest)
    location = await rest.call("create_location", code=unique("L"), name="Depot")
    customer = await rest.call("create_customer", name="Ada")
    other = await rest.call("create_customer", name="Bob")
    shelf = {"item_id": item["id"], "location_id": location["id"]}
    posting = await rest.call("receive_stock", **shelf, quantity=500, key=unique("key"))
    lines = [{"item_id": item["id"], "quantity": 2}]
    sold = {"customer_id": customer["id"], "lines": lines}
    order = await rest.call("place_order", **sold, key=unique("key"))
    sent = await rest.call("place_order", **sold, key=unique("key"))
    await rest.call("fulfill_order", order_id=sent["id"], key=unique("key"))
    parcels = await rest.call("list_fulfillments", where={"order_id": {"eq": sent["id"]}})
    levels = await rest.call("list_stock_levels", where={"item_id": {"eq": item["id"]}})
    text = "query Shelf { items(first: 1) { nodes { sku } } }"
    await rest.call("push_trusted_documents", texts=[text])
    return {
        "category": category["id"],
        "item": item["id"],
        "location": location["id"],
        "customer": customer["id"],
        "other_customer": other["id"],
        "posting": posting["id"],
        "order": order["id"],
        "fulfillment": parcels["data"][0]["id"],
        "level": levels["data"][0]["id"],
        "trusted_document": f"sha256:{hashlib.sha256(text.encode()).hexdigest()}",
    }


async def _principals(
    rest: Face, sign_in: SignIn, ids: dict[str, str], a: str, b: str
) -> AsyncIterator[Principal]:
    nothing = frozenset({"public"})
    customer = rights_of(Role.CUSTOMER)
    yield Principal("nobody", None, nothing)
    yield Principal("customer A", a, customer, ids["customer"], ids["user"])
    yield Principal("customer B", b, customer, ids["other_customer"])
    yield Principal("customer of nobody", await sign_in(Role.CUSTOMER), customer, "none")
    for role in (Role.VIEWER, Role.CLERK, Role.MANAGER, Role.ADMIN):
        yield Principal(role.lower(), await sign_in(role), rights_of(role))
    admin, mine = rest.signed_in(await sign_in(Role.ADMIN)), rest.signed_in(a)
    for owner, sees, scopes in (
        (admin, "all", ["catalog:read"]),
        (admin, "all", ["orders:read", "orders:write", "stock:read"]),
        (mine, ids["customer"], ["orders:read"]),
    ):
        made = await owner.call("create_api_key", name="Till", scopes=scopes)
        if owner is mine:
            ids["key"] = made["api_key"]["id"]
        name = f"key for {' '.join(scopes)} of {sees[:8]}"
        yield Principal(name, f"Bearer {made['secret']}", frozenset(scopes) | nothing, sees)
    async for gone in _gone(rest, sign_in):
        yield gone


async def _gone(rest: Face, sign_in: SignIn) -> AsyncIterator[Principal]:
    """Those who were let in once: not even what is public is for them."""
    nothing: frozenset[str] = frozenset()
    disabled, out = await sign_in(Role.ADMIN), await sign_in(Role.ADMIN)
    user = (await rest.signed_in(disabled).call("get_me"))["user"]["id"]
    await rest.call("disable_user", user_id=user)
    yield Principal("disabled admin", disabled, nothing)
    await rest.signed_in(out).call("log_out")
    yield Principal("admin who logged out", out, nothing)
    made = await rest.call("create_api_key", name="Lost", scopes=["catalog:read"])
    await rest.call("revoke_api_key", api_key_id=made["api_key"]["id"])
    yield Principal("revoked key", f"Bearer {made['secret']}", nothing)
    made = await rest.call(
        "create_api_key", name="Old", scopes=["catalog:read"], expires_at="2020-01-01T00:00:00Z"
    )
    yield Principal("expired key", f"Bearer {made['secret']}", nothing)
