"""The read path: statements written once, connections that died, and pages in every order."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import make_url, select, text
from sqlalchemy.sql.expression import ClauseElement

from api.database import Database
from api.domain.actors import SYSTEM
from api.domain.catalog import reads
from api.domain.catalog import service as catalog
from api.domain.catalog.commands import CreateCategory
from api.domain.catalog.models import Item
from api.domain.conditions import one_of
from api.domain.fields import Id, new_id
from api.domain.keyring import Keyring
from api.domain.orders.fulfillments import allocations_of_lines
from api.domain.scope import Scope
from api.domain.statements import Statement
from tests.conftest import SECRET, settings_for
from tests.faces import Face
from tests.factories import a_category, an_item, unique

Order = list[dict[str, str]]
ORDERS: list[Order] = [
    [{"field": name, "direction": way} for name, way in zip(names, ways, strict=True)]
    for names in (["NAME"], ["NAME", "SKU"], ["NAME", "CREATED_AT"])
    for ways in product(["ASC", "DESC"], repeat=len(names))
]

ODD: Order = [{"field": "SKU", "direction": "DESC"}, {"field": "CREATED_AT"}, {"field": "NAME"}]


async def shelf_of(face: Face, names: list[str]) -> str:
    """A category with an item of each name; some share one."""
    category = await a_category(face)
    for name in names:
        await an_item(face, sku=unique("Ä-ß-漢"), name=name, category_id=category["id"])
    return str(category["id"])


async def walk(face: Face, order: Order, category: str, *, backward: bool) -> list[str]:
    """The ids of a list that is read two rows at a time, from one end to the other."""
    ids: list[str] = []
    cursor = None
    size, side, edge = ("last", "before", "start") if backward else ("first", "after", "end")
    while True:
        asked: dict[str, Any] = {
            size: 2,
            "order_by": order,
            "where": {"category_id": {"eq": category}},
        }
        page = await face.call("list_items", **asked, **({side: cursor} if cursor else {}))
        found = [row["id"] for row in page["data"]]
        ids = found + ids if backward else ids + found
        cursor = page["page_info"][f"{edge}_cursor"]
        if not page["page_info"]["has_previous_page" if backward else "has_next_page"]:
            return ids


async def test_pages_join_without_a_gap_in_every_order_and_either_way(graphql: Face) -> None:
    category = await shelf_of(graphql, ["Oak", "Ash", "Oak", "Elm", "Oak"])

    for order in ORDERS:
        ahead = await walk(graphql, order, category, backward=False)
        back = await walk(graphql, order, category, backward=True)
        assert len(set(ahead)) == 5, order
        assert ahead == back, order


async def test_a_list_of_one_shape_is_written_once_whatever_is_asked_for(
    rest: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    write = Statement.__init__

    def note(self: Statement, statement: ClauseElement) -> None:
        write(self, statement)
        written.append(self.sql)

    await rest.call("list_items", first=3, q="oak", where={"sku": {"in": ["A"]}})
    monkeypatch.setattr(Statement, "__init__", note)
    for n in range(5):
        await rest.call(
            "list_items", first=n + 1, q=f"oak {n}", where={"sku": {"in": ["A", "B"] * (n + 1)}}
        )
    assert written == []
    await rest.call("list_items", first=3, order_by=ODD)
    assert len(written) == 1, "another shape is another statement"


async def test_what_was_read_once_is_not_written_anew(
    scope: Scope, rest: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = await a_category(rest)
    written: list[str] = []
    write = Statement.__init__

    def note(self: Statement, statement: ClauseElement) -> None:
        write(self, statement)
        written.append(self.sql)

    for turn in range(2):
        await reads.category(scope, shelf["id"])
        await reads.category(scope, Id(f"slug:{shelf['slug']}"))
        await allocations_of_lines(scope, [new_id("line")])
        if not turn:
            monkeypatch.setattr(Statement, "__init__", note)

    assert written == []


async def test_times_are_read_whatever_the_style_of_the_database(own_database_url: str) -> None:
    database = Database(settings_for(own_database_url))
    name = make_url(own_database_url).database
    async with database.read() as connection:
        await connection.execute(text(f"ALTER DATABASE {name} SET datestyle = 'German'"))
    await database.close()
    scope = Scope(database, SYSTEM, Keyring(SECRET.encode()))

    made = await scope.run(catalog.create_category, CreateCategory(name="Oak", slug="oak"))
    found = await scope.run(catalog.get_category, made.id)
    await scope.close()
    await database.close()

    assert found.created_at.tzinfo == UTC
    assert abs(datetime.now(UTC) - found.created_at) < timedelta(minutes=5)


async def test_connections_that_died_unnoticed_are_replaced(face: Face, database: Database) -> None:
    await face.call("list_items", first=1)

    async with database.read() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> "
                "pg_backend_pid() AND datname = current_database() AND state = 'idle'"
            )
        )
    for _ in range(database.engine.pool.size() + 1):  # type: ignore[attr-defined]
        await face.call("list_items", first=1)


async def test_the_ids_that_rows_are_sought_by_are_read_once_and_not_for_every_row(
    database: Database,
) -> None:
    statement = Statement(select(Item.id).where(one_of("ids", Item.id).sql))
    async with database.write() as session:  # a read has no transaction in which to set anything
        for setting in ("enable_indexscan", "enable_indexonlyscan", "enable_bitmapscan"):
            await session.execute(text(f"SET LOCAL {setting} = off"))
        sql = statement.sql.replace("$1", "'{}'")
        plan = [row[0] for row in await session.execute(text(f"EXPLAIN {sql}"))]

    (judged,) = [line.strip() for line in plan if "Filter" in line]
    assert judged == "Filter: (id = ANY ((InitPlan 1).col1))"
