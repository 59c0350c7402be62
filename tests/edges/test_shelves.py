"""Answers that are kept: never an old one after a change, never anybody else's, and no harm done
while Redis is away.
"""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from api.domain.actors import Role
from api.domain.errors import Forbidden
from api.domain.recalling import Shelf
from api.domain.scope import Scope
from api.domain.stock import service as stock
from api.domain.stock.reports.asked import ReportFilter, ReportName
from api.shelves import OwnShelf, SharedShelf
from tests.conftest import SECRET, MakeScope
from tests.faults.servers import Server
from tests.redis_server import Redis
from tests.stock.warehouse import Shelf as Chairs

AREAS = ("stock", "catalog")
VALUATION = ReportName.STOCK_VALUATION


@pytest.fixture(params=["own", "shared"])
def shelf(request: pytest.FixtureRequest) -> Shelf:
    """A shelf of either kind."""
    if request.param == "own":
        return OwnShelf(30)
    redis: Redis = request.getfixturevalue("redis")
    return SharedShelf(f"redis://127.0.0.1:{redis.port}/0", 30)


async def test_what_was_kept_is_there_until_something_it_is_made_of_changes(shelf: Shelf) -> None:
    edition, nothing = await shelf.look("worth", AREAS)
    assert edition
    await shelf.keep("worth", edition, b'{"n": 1}')
    await shelf.changed("customers")
    kept = (await shelf.look("worth", AREAS)).kept
    await shelf.changed("catalog")
    gone = (await shelf.look("worth", AREAS)).kept
    await shelf.close()

    assert (nothing, kept, gone) == (None, b'{"n": 1}', None)


async def test_an_answer_made_before_a_change_and_kept_after_it_is_never_found(
    shelf: Shelf,
) -> None:
    before = await shelf.look("worth", AREAS)
    await shelf.changed("stock")
    assert before.edition
    await shelf.keep("worth", before.edition, b"old")
    after = await shelf.look("worth", AREAS)
    await shelf.close()

    assert after.kept is None
    assert after.edition != before.edition


class Slow(OwnShelf):
    """Somebody changes the stock after an answer was made and before it is kept."""

    meanwhile: Chairs | None = None

    async def keep(self, key: str, edition: str, answer: bytes) -> None:
        chairs, self.meanwhile = self.meanwhile, None
        if chairs is not None:
            await chairs.receive(5)
        await super().keep(key, edition, answer)


def lent(scope: Scope, shelf: Shelf) -> Scope:
    scope.surroundings = replace(scope.surroundings, shelf=shelf)
    return scope


async def worth(scope: Scope, chairs: Chairs) -> tuple[int, Any]:
    """How many chairs the report counts, and when it was made."""
    asked = ReportFilter(location_id=[chairs.location_id])
    made = await scope.run(stock.get_report, VALUATION, asked)
    return sum(row.quantity for row in made.stock_valuation), made.made_at


async def test_a_report_that_a_change_overtook_is_not_told_again(scope_of: MakeScope) -> None:
    shelf = Slow(30)
    reader, writer = lent(scope_of(), shelf), lent(scope_of(), shelf)
    chairs = await Chairs.new(writer)
    await chairs.receive(7)

    shelf.meanwhile = chairs
    overtaken, _ = await worth(reader, chairs)
    now, made_at = await worth(reader, chairs)
    again, same = await worth(reader, chairs)

    assert (overtaken, now, again) == (7, 12, 12)
    assert same == made_at, "the last one came from the shelf"


async def test_what_is_kept_is_told_only_to_who_may_ask(scope_of: MakeScope) -> None:
    shelf = OwnShelf(30)
    chairs = await Chairs.new(lent(scope_of(), shelf))
    await chairs.receive(7)
    assert (await worth(lent(scope_of(Role.VIEWER), shelf), chairs))[0] == 7

    with pytest.raises(Forbidden):
        await worth(lent(scope_of(Role.CUSTOMER), shelf), chairs)


async def test_a_try_changes_nothing_and_outdates_nothing(scope_of: MakeScope) -> None:
    shelf = OwnShelf(30)
    scope = lent(scope_of(), shelf)
    chairs = await Chairs.new(scope)
    await chairs.receive(7)
    _, first = await worth(scope, chairs)

    chairs_tried = ReportFilter(location_id=[chairs.location_id])
    _, second = await worth(scope, chairs)
    await chairs.adjust(-2)
    third = await scope.run(stock.get_report, VALUATION, chairs_tried)

    assert first == second != third.made_at


@pytest.fixture
def servers(database_url: str, redis: Redis, tmp_path: Path) -> Iterator[list[Server]]:
    """Two processes that share the database and Redis."""
    environment = {
        "DATABASE_URL": database_url,
        "STOCKROOM_SECRET": SECRET,
        "STOCKROOM_DATA_DIR": str(tmp_path),
        "STOCKROOM_REDIS_URL": f"redis://127.0.0.1:{redis.port}/0",
    }
    with ExitStack() as stack:
        servers = [Server(tmp_path / f"{n}.log", environment) for n in range(2)]
        for server in servers:
            stack.callback(server.clear_away)
            server.start()
        for server in servers:
            server.await_ready()
        yield servers


def ask(server: Server, admin: str, path: str, body: Any = None, **headers: str) -> Any:
    """What a server answers."""
    sent = None if body is None else json.dumps(body).encode()
    headers |= {"Authorization": admin, "Content-Type": "application/json"}
    with urlopen(Request(server.url + path, sent, headers), timeout=10) as answer:
        return json.loads(answer.read())


def test_a_change_through_one_process_is_seen_by_the_other_at_once_and_without_redis_too(
    servers: list[Server], redis: Redis, admin: str
) -> None:
    one, other = servers
    code = f"W-{time.time_ns()}"
    place = ask(one, admin, "/v1/locations", {"code": code, "name": "W", "kind": "WAREHOUSE"})
    item = ask(one, admin, "/v1/items", {"sku": code, "name": "Chair"})
    what = {"item_id": item["id"], "location_id": place["id"], "quantity": 1}
    path = f"/v1/reports/stock-valuation?location_id={place['id']}"

    def receive(server: Server, number: int) -> None:
        ask(server, admin, "/v1/stock/receive", what, **{"Idempotency-Key": f"{code}-{number}"})

    def told(server: Server) -> tuple[int, str]:
        made = ask(server, admin, path)
        return sum(row["quantity"] for row in made["stock_valuation"]), made["made_at"]

    for number in range(1, 11):
        writer, reader = (one, other) if number % 2 else (other, one)
        receive(writer, number)
        assert told(reader)[0] == number
        assert told(one) == told(other), "both answer what one of them made"

    redis.stop()
    for number in range(11, 14):
        receive(one, number)
        assert told(one)[0] == told(other)[0] == number
    away = [server.log.read_text().count("answers are made anew") for server in servers]
    assert all(1 <= count <= 4 for count in away)
    assert all("Traceback" not in server.log.read_text() for server in servers)

    redis.start()
    time.sleep(5.5)  # until it is asked again
    receive(other, 14)
    assert told(one)[0] == told(other)[0] == 14
