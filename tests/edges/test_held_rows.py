"""Rows that somebody sits on: whoever needs them is told so at either door, and nobody else waits
for a connection.
"""

import asyncio
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from api.database import Database
from tests.edges.conftest import OpenShop
from tests.faces import Face, GraphQLFace, Refused, RestFace
from tests.factories import an_item

HELD = text("LOCK TABLE items IN ACCESS EXCLUSIVE MODE")


def doors_of(shop: httpx2.AsyncClient, rest: RestFace) -> list[Face]:
    """Both doors of another shop."""
    who = rest.authorization
    return [RestFace(shop, rest.openapi, who), GraphQLFace(shop, who)]


async def refusals_of(doors: list[Face], operation: str, **sent: Any) -> set[str]:
    """The codes that ten callers at each door are refused with at once."""
    asked = [door.call(operation, **sent) for door in doors for _ in range(10)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    return {it.code if isinstance(it, Refused) else repr(it) for it in answers}


@pytest.mark.parametrize(
    ("operation", "sent"), [("get_item", {}), ("update_item", {"name": "A", "expected_version": 1})]
)
@pytest.mark.parametrize(
    ("waits", "code"),
    [
        pytest.param({"lock_timeout_ms": 100}, "BUSY", id="b20"),
        pytest.param({"statement_timeout_ms": 200}, "UNAVAILABLE", id="b21"),
    ],
)
async def test_b20_b21_who_waits_too_long_for_held_rows_is_told_at_either_door(
    open_shop: OpenShop,
    rest: RestFace,
    database: Database,
    operation: str,
    sent: dict[str, Any],
    waits: dict[str, int],
    code: str,
) -> None:
    item = await an_item(rest)
    async with open_shop(**waits, pool_size=2) as shop:
        doors = doors_of(shop, rest)
        async with database.engine.begin() as connection:
            await connection.execute(HELD)
            assert await refusals_of(doors, operation, item_id=item["id"], **sent) == {code}

        for door in doors:
            assert (await door.call("get_item", item_id=item["id"]))["name"] == item["name"]
