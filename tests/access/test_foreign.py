"""Rows of others: no caller can tell them from rows that never were."""

import pytest

from api.domain.operations import OPERATIONS, Key
from tests.access.table import TABLE
from tests.access.test_matrix import PRINCIPALS, world
from tests.access.world import World
from tests.faces import Face, Refused
from tests.factories import unique

__all__ = ["world"]
OWNED = sorted(name for name, asks in TABLE.items() if asks.owned_by)


async def told(face: Face, operation: str, args: dict[str, object]) -> tuple[str, str]:
    key = {"key": unique("key")} if OPERATIONS[operation].key is Key.REQUIRED else {}
    try:
        await face.call(operation, **args, **key)
    except Refused as refused:
        return refused.code, refused.message
    return "", ""


@pytest.mark.parametrize("number", range(PRINCIPALS))
async def test_b50_a_row_of_somebody_else_is_like_one_that_never_was(
    face: Face, world: World, number: int
) -> None:
    principal = world.principals[number]
    caller = face.signed_in(principal.authorization)
    gone = {
        name: f"{world[name][:-32]}{'0' * 32}" for name in ("order", "upload", "key", "session")
    }
    absent = World(world.ids | gone, [])
    for name in OWNED:
        asks = TABLE[name]
        if asks.told(principal, world) != "NOT_FOUND":
            continue
        code, there = await told(caller, name, asks.args(world))
        missing, not_there = await told(caller, name, asks.args(absent))
        for id, other in zip(world.ids.values(), absent.ids.values(), strict=True):
            there, not_there = there.replace(id, "ID"), not_there.replace(other, "ID")

        assert (code, there) == (missing, not_there), name
