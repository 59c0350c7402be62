"""Every command can be tried out at either door, and then nothing of it is kept."""

from typing import Any

import pytest
from sqlalchemy import text

from api.database import Database
from api.domain import tables
from api.domain.operations import OPERATIONS, Kind
from tests.conftest import DATA
from tests.faces import Face
from tests.factories import a_category, an_item, unique
from tests.letters import Mailbox
from tests.uploads.pictures import picture

PASSWORD = "correct horse battery"
COMMANDS = sorted(
    name for name, entry in OPERATIONS.items() if entry.kind is Kind.COMMAND and entry.tried
)
ELSEWHERE = {"change_password": "needs the caller's own password, which no administrator here has"}


async def whole(database: Database) -> dict[str, tuple[int, str]]:
    """Every table: how many rows, and a digest of all that is in them."""
    found = {}
    async with database.read() as connection:
        for table in tables.metadata.sorted_tables:
            rows = f"SELECT count(*), md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {table} t"
            found[table.name] = tuple((await connection.execute(text(rows))).one())
    return found


async def placed(face: Face, chair: dict[str, Any]) -> str:
    lines = [{"item_id": chair["id"], "quantity": 1}]
    order = await face.call("place_order", lines=lines, key=unique("key"))
    return str(order["id"])


async def an_upload(face: Any) -> str:
    """A picture, sent by whoever stands at the door."""
    sent = {"file": ("chair.png", picture(color="teal"), "image/png")}
    who = {"Authorization": face.authorization}
    answer = await face.client.post("/v1/uploads", files=sent, headers=who)
    return str(answer.json()["id"])


async def hung(face: Face, item_id: str, name: str) -> dict[str, Any]:
    """What a command about images takes, of an item that has one where it needs one."""
    upload = await an_upload(face)
    if name != "add_item_images":
        await face.call("add_item_images", item_id=item_id, upload_ids=[upload])
    which = {"upload_id": upload} if name == "remove_item_image" else {"upload_ids": [upload]}
    return {"item_id": item_id} | which


async def lettered(face: Face, name: str) -> dict[str, Any]:
    """What a command takes of somebody who has signed in, or been written to."""
    email = f"{unique('u')}@example.com"
    user = {"email": email, "name": "Eve", "password": PASSWORD}
    if name == "confirm_email":
        await face.call("register", **user)
        return {"code": await Mailbox(DATA, email).code()}
    await face.call("create_user", **user, role="CLERK")
    if name == "reset_password":
        await face.call("request_password_reset", email=email)
        return {"code": await Mailbox(DATA, email).code(), "password": f"{PASSWORD}!"}
    return {"email": email, "password": PASSWORD}


async def lasting(face: Face, name: str, item_id: str) -> dict[str, Any]:
    """What a command takes that needs a letter, a session or a picture; else nothing."""
    if name in ("confirm_email", "reset_password", "log_in"):
        return await lettered(face, name)
    if name == "revoke_session":
        return {"session_id": (await face.call("list_sessions"))["data"][0]["id"]}
    if name == "set_avatar":
        return {"upload_id": await an_upload(face)}
    if "item_image" in name:
        return await hung(face, item_id, name)
    return {}


async def example(face: Face, name: str) -> dict[str, Any]:
    """Something that the command could do."""
    chair, category = await an_item(face), await a_category(face)
    place = await face.call("create_location", code=unique("W")[:40], name="Warehouse")
    customer = await face.call("create_customer", name="Ada", external_ref=unique("crm"))
    user = {"email": f"{unique('u')}@example.com", "name": "Eve", "password": PASSWORD}
    at = {"item_id": chair["id"], "location_id": place["id"]}
    got = await face.call("receive_stock", **at, quantity=9, key=unique("key"))
    email = user["email"]
    new = {"sku": unique("NEW"), "name": "New"}
    slug = {"slug": unique("new").lower(), "name": "New"}
    code = {"code": unique("N")[:40], "name": "New"}
    lines = [{"item_id": chair["id"], "quantity": 1}]
    count = {**at, "delta": -1, "reason": "Count"}
    moved = {"quantity": 1, "from_bucket": "AVAILABLE", "to_bucket": "DAMAGED"}
    made: dict[str, dict[str, Any]] = {
        "create_item": new,
        "update_item": {"item_id": chair["id"], "name": "Ash"},
        "archive_item": {"item_id": (await an_item(face))["id"]},
        "upsert_item": {"item_id": f"sku:{chair['sku']}", "name": "Ash"},
        "item_bulk_create": {"items": [new]},
        "item_bulk_update": {
            "items": [{"item_id": chair["id"], "expected_version": 1, "name": "Ash"}]
        },
        "item_bulk_upsert": {"items": [new, {"sku": chair["sku"], "name": "Ash"}]},
        "create_category": slug,
        "update_category": {"category_id": category["id"], "name": "Stools"},
        "category_bulk_create": {"items": [slug]},
        "create_location": code,
        "update_location": {"location_id": place["id"], "name": "Shed"},
        "archive_location": {
            "location_id": (await face.call("create_location", **code | {"code": unique("A")}))[
                "id"
            ]
        },
        "upsert_location": {"location_id": f"code:{place['code']}", "name": "Shed"},
        "location_bulk_create": {"items": [code]},
        "create_customer": {"name": "Bob"},
        "update_customer": {"customer_id": customer["id"], "name": "Bob"},
        "upsert_customer": {"customer_id": f"ref:{unique('R')}", "name": "Bob"},
        "customer_bulk_create": {"items": [{"name": "Bob"}]},
        "receive_stock": {**at, "quantity": 1},
        "adjust_stock": count,
        "set_stock": {**at, "on_hand": 3, "force": True},
        "move_stock": at | moved,
        "reverse_posting": {"posting_id": got["id"]},
        "stock_bulk_receive": {"items": [{**at, "quantity": 1}]},
        "stock_bulk_adjust": {"items": [count]},
        "place_order": {"lines": lines},
        "order_bulk_place": {"items": [{"lines": lines}]},
        "create_user": user | {"role": "CLERK"},
        "register": user,
        "request_password_reset": {"email": email},
        "create_api_key": {"name": "Till", "scopes": ["catalog:read"]},
        "push_trusted_documents": {
            "texts": [f"query Q{unique('q')[-8:]} {{ me {{ user {{ id }} }} }}"]
        },
    }
    if name in ("cancel_order", "fulfill_order", "allocate_order"):
        made[name] = {"order_id": await placed(face, chair)}
    if name in ("disable_user", "enable_user", "update_user", "issue_token", "log_out_user"):
        made_user = await face.call("create_user", **user, role="CLERK")
        made[name] = {"user_id": made_user["id"]}
        if name == "update_user":
            made[name]["name"] = "Ada"
        if name == "issue_token":
            made[name] = {"email": email, "password": PASSWORD}
    if name == "revoke_api_key":
        key = await face.call("create_api_key", **made["create_api_key"])
        made[name] = {"api_key_id": key["api_key"]["id"]}
    return made.get(name) or await lasting(face, name, chair["id"])


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ELSEWHERE])
async def test_what_is_tried_out_is_not_kept(face: Face, database: Database, name: str) -> None:
    sent = await example(face, name)
    if OPERATIONS[name].versioned:
        sent["expected_version"] = 1
    before = await whole(database)

    answer = await face.call(name, **sent, validate_only=True)
    after = await whole(database)

    assert answer
    assert {table for table in before if before[table] != after[table]} == set()


def test_no_command_is_left_out() -> None:
    assert set(ELSEWHERE) <= set(COMMANDS)
