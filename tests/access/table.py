"""What each operation needs, with the least that it can be asked: written by hand.

Whoever adds an operation adds its line here; without one the matrix fails, and names it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.access.world import Principal, World
from tests.factories import unique

Args = Callable[[World], dict[str, Any]]
LONG = "x" * 201
DOCUMENT = "query Me { me { user { id } } }"
INVALID = "VALIDATION_FAILED"


@dataclass(frozen=True)
class Asks:
    """The permission that is needed; what to send; what those are told who may, and those who may
    but do not see the row.
    """

    permission: str
    args: Args
    code: str = ""
    owned_by: str = ""
    """`customer` or `user`, where others than its owner are told that the row is not there;
    `sender`, where those who see all users see it too.
    """
    unattached: str = ""
    """What a customer is told who belongs to none yet, where that differs."""

    def told(self, principal: Principal, world: World) -> str:
        """What this table expects a principal to be told."""
        if not principal.rights:
            return "UNAUTHENTICATED"
        if not principal.may(self.permission):
            return "UNAUTHENTICATED" if principal.authorization is None else "FORBIDDEN"
        if self.owned_by == "customer" and principal.sees not in ("all", world["customer"]):
            return "NOT_FOUND"
        if self.owned_by == "user" and principal.user != world["user"]:
            return "NOT_FOUND"
        if self.owned_by == "sender" and not (
            principal.user == world["user"] or principal.may("users:read")
        ):
            return "NOT_FOUND"
        return self.unattached if self.unattached and principal.sees == "none" else self.code


def nothing(_: World) -> dict[str, Any]:
    return {}


def tried(args: Args = nothing, **more: Any) -> Args:
    """A command that is only tried out."""
    return lambda world: {**args(world), **more, "validate_only": True}


def id_of(name: str, thing: str | None = None) -> Args:
    return lambda world: {name: world[thing or name.removesuffix("_id")]}


def both(*parts: Args) -> Args:
    return lambda world: {key: value for part in parts for key, value in part(world).items()}


def page(_: World) -> dict[str, Any]:
    return {"first": 1}


def shelf(world: World) -> dict[str, Any]:
    return {"item_id": world["item"], "location_id": world["location"]}


def lines(world: World) -> dict[str, Any]:
    return {"lines": [{"item_id": world["item"], "quantity": 1}]}


def rows(args: Args) -> Args:
    return lambda world: {"items": [args(world)]}


def named(word: str) -> Args:
    return lambda _: {"name": word, word: unique(word)}


VERSION: dict[str, Any] = {"expected_version": 1}
ITEM, LOCATION, ORDER = id_of("item_id"), id_of("location_id"), id_of("order_id")
RECEIVED = both(shelf, lambda _: {"quantity": 1})
ADJUSTED = both(shelf, lambda _: {"delta": 1, "reason": "Found"})
LOGIN: dict[str, Any] = {"email": "ada@example.com", "password": LONG}
A_USER: dict[str, Any] = {
    "email": "nobody@example.com",
    "name": "No",
    "role": "CLERK",
    "password": "long enough",
}
PICTURES = both(ITEM, lambda world: {"upload_ids": [world["upload"]]})

TABLE: dict[str, Asks] = {
    # accounts
    "issue_token": Asks("public", tried(**LOGIN), INVALID),
    "log_in": Asks("public", tried(**LOGIN), INVALID),
    "refresh_token": Asks("public", lambda _: {"refresh_token": LONG}, INVALID),
    "register": Asks("public", tried(**LOGIN, name="Ada"), INVALID),
    "confirm_email": Asks("public", tried(code=LONG), INVALID),
    "request_password_reset": Asks("public", tried(email="ada"), INVALID),
    "reset_password": Asks("public", tried(code=LONG, password=LONG), INVALID),
    "get_me": Asks("profile:read", nothing),
    "change_password": Asks(
        "profile:write", tried(password="not this one", new_password="long enough"), INVALID
    ),
    "list_sessions": Asks("sessions:manage", page),
    "revoke_session": Asks("sessions:manage", tried(id_of("session_id")), owned_by="user"),
    "log_out": Asks("sessions:manage", tried()),
    "list_api_keys": Asks("keys:manage", page),
    "create_api_key": Asks("keys:manage", tried(name="Till", scopes=["catalog:read"])),
    "revoke_api_key": Asks("keys:manage", tried(id_of("api_key_id", "key")), owned_by="user"),
    "list_users": Asks("users:read", page),
    "get_user": Asks("users:read", id_of("user_id")),
    "create_user": Asks("users:write", tried(**A_USER)),
    "update_user": Asks("users:write", tried(id_of("user_id"), name="Ada", **VERSION)),
    "disable_user": Asks("users:write", tried(id_of("user_id"))),
    "enable_user": Asks("users:write", tried(id_of("user_id"))),
    # administration
    "get_audit": Asks("system:administer", nothing),
    "list_all_sessions": Asks("system:administer", page),
    "log_out_user": Asks("system:administer", tried(id_of("user_id"))),
    # documents and files
    "get_trusted_document": Asks("documents:manage", id_of("trusted_document_id")),
    "push_trusted_documents": Asks(
        "documents:manage", tried(texts=["query Me { me { user { id } } }"])
    ),
    "get_upload": Asks("uploads:manage", id_of("upload_id"), owned_by="sender"),
    "set_avatar": Asks("profile:write", tried(id_of("upload_id")), owned_by="sender"),
    "remove_avatar": Asks("profile:write", tried()),
    "get_item_images": Asks("catalog:read", ITEM),
    "add_item_images": Asks("catalog:write", tried(PICTURES), owned_by="sender"),
    "arrange_item_images": Asks("catalog:write", tried(both(ITEM, lambda _: {"upload_ids": []}))),
    "remove_item_image": Asks("catalog:write", tried(both(ITEM, id_of("upload_id"))), "NOT_FOUND"),
    # catalog and locations
    "list_categories": Asks("catalog:read", page),
    "get_category": Asks("catalog:read", id_of("category_id")),
    "create_category": Asks("catalog:write", tried(named("slug"))),
    "category_bulk_create": Asks("catalog:write", tried(rows(named("slug")))),
    "update_category": Asks("catalog:write", tried(id_of("category_id"), name="C", **VERSION)),
    "list_items": Asks("catalog:read", page),
    "get_item": Asks("catalog:read", ITEM),
    "create_item": Asks("catalog:write", tried(named("sku"))),
    "upsert_item": Asks("catalog:write", tried(both(ITEM, named("sku")))),
    "item_bulk_create": Asks("catalog:write", tried(rows(named("sku")))),
    "item_bulk_update": Asks("catalog:write", tried(rows(both(ITEM, lambda _: VERSION)))),
    "item_bulk_upsert": Asks("catalog:write", tried(rows(named("sku")))),
    "update_item": Asks("catalog:write", tried(ITEM, name="Chair", **VERSION)),
    "archive_item": Asks("catalog:write", tried(ITEM, **VERSION)),
    "list_locations": Asks("stock:read", page),
    "get_location": Asks("stock:read", LOCATION),
    "create_location": Asks("catalog:write", tried(named("code"))),
    "upsert_location": Asks("catalog:write", tried(both(LOCATION, named("code")))),
    "location_bulk_create": Asks("catalog:write", tried(rows(named("code")))),
    "update_location": Asks("catalog:write", tried(LOCATION, name="Depot", **VERSION)),
    "archive_location": Asks("catalog:write", tried(LOCATION, **VERSION), "LOCATION_NOT_EMPTY"),
    # stock
    "list_stock_levels": Asks("stock:read", page),
    "get_stock_level": Asks("stock:read", id_of("level_id")),
    "list_stock_movements": Asks("stock:read", page),
    "list_stock_as_of": Asks("stock:read", lambda _: {"at": "2100-01-01T00:00:00Z"}),
    "get_report": Asks("stock:read", lambda _: {"report": "stock-valuation"}),
    "list_postings": Asks("stock:read", page),
    "get_posting": Asks("stock:read", id_of("posting_id")),
    "receive_stock": Asks("stock:write", tried(RECEIVED)),
    "stock_bulk_receive": Asks("stock:write", tried(rows(RECEIVED))),
    "adjust_stock": Asks("stock:write", tried(ADJUSTED)),
    "stock_bulk_adjust": Asks("stock:write", tried(rows(ADJUSTED))),
    "set_stock": Asks("stock:write", tried(shelf, on_hand=600, force=True)),
    "move_stock": Asks(
        "stock:write", tried(shelf, quantity=1, from_bucket="AVAILABLE", to_bucket="DAMAGED")
    ),
    "reverse_posting": Asks("stock:write", tried(id_of("posting_id")), "INSUFFICIENT_STOCK"),
    # customers and orders
    "list_customers": Asks("customers:read", page),
    "get_customer": Asks("customers:read", id_of("customer_id"), owned_by="customer"),
    "create_customer": Asks("customers:write", tried(name="Ada")),
    "upsert_customer": Asks("customers:write", tried(id_of("customer_id"), name="Ada")),
    "customer_bulk_create": Asks("customers:write", tried(rows(lambda _: {"name": "Ada"}))),
    "update_customer": Asks("customers:write", tried(id_of("customer_id"), name="A", **VERSION)),
    "list_orders": Asks("orders:read", page),
    "get_order": Asks("orders:read", ORDER, owned_by="customer"),
    "list_fulfillments": Asks("orders:read", page),
    "place_order": Asks("orders:place", tried(lines), unattached="FORBIDDEN"),
    "order_bulk_place": Asks("orders:place", tried(rows(lines)), unattached="BULK_REFUSED"),
    "allocate_order": Asks("orders:write", tried(ORDER)),
    "fulfill_order": Asks("orders:write", tried(ORDER)),
    "cancel_order": Asks("orders:write", tried(ORDER)),
}
