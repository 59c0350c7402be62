"""What an order costs the database: round trips, and the work of its proofs."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from asyncpg.connection import LoggedQuery
from sqlalchemy import event, text

from api.database import Database
from api.domain.actors import SYSTEM
from api.domain.fields import Id
from api.domain.orders import service as orders
from api.domain.scope import Scope
from api.domain.statements import Statement
from tests.conftest import settings_for
from tests.contract.test_statement_counts import without_credentials
from tests.faces import Face
from tests.factories import unique
from tests.orders.shop import Shop, placing
from tests.stock.warehouse import command

MOST = 8  # with BEGIN and COMMIT

TRACKED = "SET LOCAL track_functions = 'pl'"
WORK = Statement(
    text(
        "SELECT funcname, calls FROM pg_stat_xact_user_functions UNION ALL"
        " SELECT 'rows of ' || relname, seq_tup_read + coalesce(idx_tup_fetch, 0)"
        " FROM pg_stat_xact_user_tables"
        " WHERE relname IN ('allocations', 'order_lines', 'stock_movements')"
    )
)


@pytest.fixture
def trips(database: Database) -> Iterator[list[str]]:
    """All that the driver was asked to send while the test held this, BEGIN and COMMIT included."""
    sent: list[str] = []

    def note(query: LoggedQuery) -> None:
        sent.append(query.query)

    listening = []

    def listen(connection: Any, *_: object) -> None:
        listening.append(connection.driver_connection)
        connection.driver_connection.add_query_logger(note)

    event.listen(database.engine.sync_engine, "checkout", listen)
    yield sent
    event.remove(database.engine.sync_engine, "checkout", listen)
    for driver in listening:
        driver.remove_query_logger(note)


async def shelves(shop: Shop, kinds: int) -> list[Id]:
    """Kinds of chairs, and enough of each in two warehouses."""
    warehouses = [await shop.location(), await shop.location()]
    chairs = [await shop.item() for _ in range(kinds)]
    for chair in chairs:
        for warehouse in warehouses:
            await shop.receive(chair, warehouse, 50)
    return chairs


async def test_an_order_takes_eight_round_trips_at_most_however_long_it_is(
    face: Face, shop: Shop, trips: list[str]
) -> None:
    chairs, customer = await shelves(shop, 20), await shop.customer()
    counts = []
    for kinds in (1, 1, 20):
        lines = [{"item_id": chair, "quantity": 2} for chair in chairs[:kinds]]
        names = {"external_ref": unique("A"), "customer_id": customer, "key": unique("key")}
        trips.clear()
        await face.call("place_order", lines=lines, **names)
        await asyncio.sleep(0)  # the driver tells of each a moment later
        asked = without_credentials(trips)
        counts.append(len(asked))
        assert (asked[0], asked[-1]) == ("BEGIN", "COMMIT")

    assert counts[0] >= counts[1]  # the first asks for the types of parameters, too
    assert counts[1] == counts[2] <= MOST, trips


async def test_between_the_lock_of_the_stock_and_the_commit_there_are_two_round_trips(
    face: Face, shop: Shop, trips: list[str]
) -> None:
    [chair] = await shelves(shop, 1)
    lines = [{"item_id": chair, "quantity": 2}]
    for _ in range(2):  # a new connection asks for the types of parameters first
        trips.clear()
        await face.call("place_order", lines=lines, key=unique("key"))
        await asyncio.sleep(0)

    locked = next(n for n, sent in enumerate(trips) if "NO KEY UPDATE OF stock_levels" in sent)
    assert len(trips[locked + 1 : -1]) == 2, trips
    assert trips[-1] == "COMMIT"


LINES: dict[str, Callable[[Id, Id], list[dict[str, Any]]]] = {
    "exact prices": lambda chair, _: [
        {"item_id": chair, "quantity": 3, "unit_price": {"amount": "1.0050", "currency": "EUR"}}
    ],
    "round prices": lambda chair, _: [
        {"item_id": chair, "quantity": 10, "unit_price": {"amount": "100", "currency": "EUR"}}
    ],
    "fractions": lambda chair, seat: [
        {"item_id": chair, "quantity": 3, "discount": "0.150"},
        {"item_id": seat, "quantity": 1, "discount": "0.000001"},
        {"item_id": seat, "quantity": 1, "discount": "1.0"},
    ],
    "more than there is": lambda chair, seat: [
        {"item_id": chair, "quantity": 500},
        {"item_id": seat, "quantity": 7},
    ],
}


@pytest.mark.parametrize("lines", LINES.values(), ids=LINES.keys())
async def test_what_the_buyer_is_told_is_what_a_later_reader_finds_byte_for_byte(
    client: httpx2.AsyncClient,
    admin: str,
    shop: Shop,
    lines: Callable[[Id, Id], list[dict[str, Any]]],
) -> None:
    warehouse, chair = await shop.location(), await shop.item(allow_backorder=True)
    await shop.receive(chair, warehouse, 20)
    seat = await shop.item(track_stock=False, price="0.0500")
    body = {
        "lines": lines(chair, seat),
        "external_ref": f"A-{chair}",
        "note": "Ring twice \\ 'please'\n",
        "discount": {"percent": "0.05"},
        "source": "web",
        "customer_id": await shop.customer(),
    }
    headers = {"Authorization": admin, "Idempotency-Key": unique("key")}

    told = await client.post("/v1/orders", json=body, headers=headers)
    found = await client.get(told.headers["location"], headers={"Authorization": admin})
    again = await client.post("/v1/orders", json=body, headers=headers)

    assert told.status_code == 201, told.text
    assert told.content == found.content == again.content
    assert told.headers["etag"] == found.headers["etag"]


async def work(scope: Scope, *lines: tuple[Id, int]) -> Counter[str]:
    """How often each trigger runs for an order up to its commit, and how many rows are read."""

    async def act(scope: Scope) -> Counter[str]:
        for said in (TRACKED, "SET LOCAL enable_seqscan = off", "DISCARD PLANS"):
            await scope.session.execute(text(said))  # small tables would be read whole
        before = Counter({row[0]: row[1] for row in await scope.read(WORK, {})})
        await orders.place_order(scope, placing(*lines))
        await scope.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        return Counter({row[0]: row[1] for row in await scope.read(WORK, {})}) - before

    return await command(scope, act)


async def test_an_order_is_judged_once_however_many_lines_it_has(shop: Shop, scope: Scope) -> None:
    chairs = await shelves(shop, 20)
    short, long = [
        await work(scope, *((chair, 1) for chair in chairs[:kinds])) for kinds in (1, 20)
    ]

    assert short["check_order"] == long["check_order"] == 1
    assert short["check_order_line"] == 2
    assert {name: n for name, n in long.items() if n > 20 * short[name]} == {}


async def test_an_order_costs_the_same_however_many_are_open(own_database_url: str) -> None:
    database = Database(settings_for(own_database_url))  # others' rows would sway the planner
    shop = await Shop.open(database)
    scope = Scope(database, SYSTEM, shop.keyring)
    [chair] = await shelves(shop, 1)
    first = await work(scope, (chair, 1))
    for _ in range(15):
        await shop.place((chair, 1))

    assert first["rows of allocations"] > 0
    assert await work(scope, (chair, 1)) == first
    await scope.close()
    await database.close()
