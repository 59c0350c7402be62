"""Clients that generators make of the contracts compile, and do a shop's work."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.main import create_app
from api.settings import Settings
from tests.clients import making
from tests.faces import RestFace
from tests.factories import an_item, unique
from tests.serving import served


@pytest.fixture(scope="module")
def address(settings: Settings) -> Iterator[str]:
    """The shop over a real socket."""
    with served(create_app(settings)) as address:
        yield address


async def test_typescript_clients_of_both_faces_buy_the_same_order(
    address: str, tmp_path: Path, rest: RestFace, admin: str
) -> None:
    item = await an_item(rest)
    barn = await rest.call("create_location", code=unique("BARN"), name="Barn")
    stock = {"item_id": item["id"], "location_id": barn["id"], "quantity": 5}
    await rest.call("receive_stock", **stock, key=unique("key"))
    program = await asyncio.to_thread(making.typescript, tmp_path)
    node = shutil.which("node") or "node"

    command = [node, str(program), address, admin, item["sku"]]
    saw = json.loads(await asyncio.to_thread(making.ran, command, tmp_path))

    assert saw["graphql_item"] == saw["rest_item"] == item["id"]
    assert saw["price"] == ["49.50", "49.50"]
    assert saw["rest_order"] == saw["graphql_order"]
    assert saw["replayed"] is True
    assert saw["rest_refusal"] == saw["graphql_refusal"] == "INSUFFICIENT_STOCK"
    assert saw["available"] == 3


async def test_a_python_client_changes_the_catalog_and_is_told_when_it_is_late(
    address: str, tmp_path: Path, rest: RestFace, admin: str
) -> None:
    program = await asyncio.to_thread(making.python, tmp_path)

    command = [*program, address, admin.removeprefix("Bearer "), unique("CHAIR")]
    saw = json.loads(await asyncio.to_thread(making.ran, command, tmp_path))

    assert saw["made"] == saw["found"]
    assert saw["listed"] == [saw["made"]]
    assert saw["price"] == "49.50"
    assert saw["renamed"] == "Ash chair"
    assert saw["stale"] == "VERSION_CONFLICT"
    assert saw["again"] == "DUPLICATE"
