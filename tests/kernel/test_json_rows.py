"""What PostgreSQL writes of a row is what Python would have written, to the byte."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, cast, get_type_hints

import orjson
import pytest
from sqlalchemy import text

from api.database import Database
from api.domain import json_rows
from api.domain.actors import Actor, Permission, Role
from api.domain.errors import Forbidden
from api.domain.fields import Id
from api.domain.json_rows import Led, Members, Own, Room, leaf_of, together, written
from api.domain.json_values import Leaf
from api.domain.keyring import Keyring
from api.domain.links import LINKS
from api.domain.operations import OPERATIONS, AnyOperation
from api.domain.scope import Scope
from api.domain.stock import service as stock
from tests.conftest import SECRET
from tests.faces import RestFace
from tests.factories import a_category, an_item, unique

LOOKUPS = sorted(name for name, it in OPERATIONS.items() if it.lookup)
ODD = "\" \\ / \u007f \u2028 é 漢 😀 ' %s :x " + "".join(map(chr, range(1, 32)))
WHOLE = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
TIMES = [WHOLE, WHOLE + timedelta(microseconds=100_000), WHOLE + timedelta(microseconds=1)]


@dataclass
class Goods:
    """Three of each kind, whose values are hard to write."""

    keys: dict[str, list[Any]]


@pytest.fixture
async def goods(rest: RestFace, database: Database) -> Goods:
    keys: dict[str, list[Any]] = {name: [] for name in LOOKUPS}
    places, area = [], await rest.call("create_location", code=unique("A"), name="Yard")
    for n, at in enumerate(TIMES):
        above = {"parent_id": area["id"]} if n else {}
        places.append(await rest.call("create_location", code=unique("P"), name="B", **above))
        category = await a_category(rest)
        item = await an_item(rest, **({"category_id": category["id"]} if n else {}))
        for place in places:
            sent = {"item_id": item["id"], "location_id": place["id"], "quantity": 10**9 - n}
            await rest.call("receive_stock", **sent, key=unique("key"))
        found = {"items": item, "categories": category, "locations": places[-1]}
        async with database.write() as session, session.begin():
            for table, row in found.items():
                change = f"UPDATE {table} SET name = :name, created_at = :at WHERE id = :id"
                told = {"name": f"{n}{ODD}", "at": at, "id": row["id"][-32:]}
                await session.execute(text(change), told)
                keys[f"{table}_by_id"].append(row["id"])
        keys["levels_of_items"].append(item["id"])
        levels = await rest.call("list_stock_levels", where={"item_id": {"eq": item["id"]}})
        keys["stock_levels_by_id"] += [level["id"] for level in levels["data"]]
    return Goods(keys)


def row_of(bulk: AnyOperation) -> type:
    """The class of the rows that a bulk read finds."""
    return cast("type", cast("Any", bulk.lookup).source._row)


def everything(bulk: AnyOperation, *above: AnyOperation) -> Members:
    """All that PostgreSQL can write of a row, one link down."""
    row = row_of(bulk)
    own = [(it.name, Own(it.name)) for it in fields(row) if leaf_of(bulk, it.name)]
    led = [
        (name, Led(link.bulk, link.key, everything(link.bulk, bulk)))
        for name, link in LINKS.get(row, {}).items()
        if not above and not link.many and row_of(link.bulk) is not row
    ]
    return (*own, *led)


async def expected(scope: Scope, members: Members, row: Any) -> dict[str, Any] | None:
    """The same row by way of Python."""
    if row is None:
        return None
    made: dict[str, Any] = {}
    for name, value in members:
        if isinstance(value, Led):
            key = getattr(row, value.key)
            found = await value.bulk(scope, [key]) if key else {}
            made[name] = await expected(scope, value.members, found.get(key))
        elif isinstance(value, Own):
            plain = getattr(row, value.name)
            made[name] = plain.name if isinstance(plain, Enum) else plain
    return made


@pytest.mark.parametrize("name", LOOKUPS)
async def test_a_row_is_written_as_python_writes_it(scope: Scope, goods: Goods, name: str) -> None:
    bulk, keys = OPERATIONS[name], [*goods.keys[name], Id(goods.keys[name][0][:-4] + "0000")]
    members = everything(bulk)
    read = written(bulk, members, Room(999))
    assert read

    rows, [texts] = await bulk(scope, keys), await scope.run(together(read), [keys])

    assert texts.keys() == rows.keys()
    for key, found in rows.items():
        several = found if isinstance(found, list) else [found]
        made = [await expected(scope, members, row) for row in several]
        wanted = made if isinstance(found, list) else made[0]
        assert orjson.dumps(texts[key]) == orjson.dumps(wanted, option=orjson.OPT_UTC_Z)


def test_every_plain_kind_of_field_can_be_written() -> None:
    bulk = stock.levels_of_items
    hints = get_type_hints(row_of(bulk))

    assert {name for name in hints if leaf_of(bulk, name)} == hints.keys()
    assert not leaf_of(OPERATIONS["items_by_id"], "price")
    assert not leaf_of(OPERATIONS["items_by_id"], "attributes")
    known = [(OPERATIONS[name], get_type_hints(row_of(OPERATIONS[name]))) for name in LOOKUPS]
    assert {leaf_of(bulk, name) for bulk, hints in known for name in hints} == {None, *Leaf}


def test_a_table_that_would_stand_there_twice_is_left_to_rows() -> None:
    categories = OPERATIONS["categories_by_id"]
    below = (("name", Own("name")),)
    above = (("parent", Led(categories, "parent_id", below)),)

    assert written(categories, below, Room())
    assert written(categories, above, Room()) is None


async def test_more_fields_than_a_function_of_postgresql_takes(scope: Scope, goods: Goods) -> None:
    bulk, keys = OPERATIONS["locations_by_id"], goods.keys["locations_by_id"]
    members = tuple((f"a{n}", Own("code")) for n in range(300))
    read = written(bulk, members, Room(999))
    assert read

    [texts] = await scope.run(together(read), [keys])

    [one, *_] = [orjson.loads(orjson.dumps(it)) for it in texts.values()]
    assert len(one) == 300
    assert len(set(one.values())) == 1


async def test_who_may_not_follow_a_link_is_refused_what_is_written_of_it(
    database: Database, goods: Goods
) -> None:
    below = (("name", Own("name")),)
    members = (("item", Led(OPERATIONS["items_by_id"], "item_id", below)),)
    read = written(stock.stock_levels_by_id, members, Room())
    assert read
    counter = Actor(None, Role.MANAGER, frozenset({Permission.STOCK_READ}), None)
    caller = Scope(database, counter, Keyring(SECRET.encode()))

    with pytest.raises(Forbidden, match="catalog:read"):
        await caller.run(together(read), [goods.keys["stock_levels_by_id"]])
    await caller.close()


def test_the_same_members_are_the_same_read() -> None:
    members = (("id", Own("id")),)
    read = written(stock.levels_of_items, members, Room())

    assert read
    assert written(stock.levels_of_items, members, Room()) is read
    assert together(read) is together(read)


async def test_several_links_are_read_in_one_statement(
    scope: Scope, goods: Goods, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_rows, "MAX_KEYS", 2)
    members = (("id", Own("id")),)
    names = ["categories_by_id", "levels_of_items", "locations_by_id"]
    reads = [written(OPERATIONS[name], members, Room()) for name in names]
    keys = [goods.keys[name] for name in names]
    keys[1] = [*keys[1], *keys[1], None, Id("item_" + "0" * 32)]

    categories, levels, locations = await scope.run(together(*filter(None, reads)), keys)

    assert len(statements) == 2  # two keys of each at a time
    assert set(categories) == set(keys[0])
    assert set(locations) == set(keys[2])
    assert [len(orjson.loads(orjson.dumps(it))) for it in levels.values()] == [1, 2, 3, 0]


def test_no_more_is_written_than_there_is_room_for() -> None:
    below = tuple((f"a{n}", Own("code")) for n in range(9))
    members = (("location", Led(OPERATIONS["locations_by_id"], "location_id", below)),)
    room = Room(25)

    assert written(stock.stock_levels_by_id, members, room)
    assert written(stock.stock_levels_by_id, members, room)
    assert written(stock.stock_levels_by_id, members, room) is None
