"""Two processes and one Redis: one budget; and a Redis that goes away takes nobody's shop along."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from api.domain.actors import Role
from tests.conftest import SECRET, SignIn
from tests.faults.servers import Server, wait_until
from tests.redis_server import Redis


@pytest.fixture
def servers(database_url: str, redis: Redis, tmp_path: Path) -> Iterator[list[Server]]:
    """Two processes that share nothing but the database and Redis."""
    environment = {
        "DATABASE_URL": database_url,
        "STOCKROOM_SECRET": SECRET,
        "STOCKROOM_DATA_DIR": str(tmp_path),
        "STOCKROOM_REDIS_URL": f"redis://127.0.0.1:{redis.port}/0",
        "STOCKROOM_RATE_LIMIT_POINTS": "1000",
    }
    with ExitStack() as stack:
        servers = [Server(tmp_path / f"{n}.log", environment) for n in range(2)]
        for server in servers:
            stack.callback(server.clear_away)
            server.start()
        for server in servers:
            server.await_ready()
        yield servers


def ask(server: Server, who: str, limit: int) -> tuple[int, int]:
    """The status of a page of so many rows, and what is left afterwards."""
    url = f"{server.url}/v1/items?limit={limit}"
    try:
        with urlopen(Request(url, headers={"authorization": who}), timeout=10) as answer:
            status, headers = answer.status, answer.headers
    except HTTPError as refused:
        status, headers = refused.code, refused.headers
    return status, int(headers["ratelimit"].split(";")[1].removeprefix("r="))


def warnings(server: Server) -> list[str]:
    lines = (line for line in server.log.read_text().splitlines() if "Redis" in line)
    return [json.loads(line)["event"] for line in lines]


async def test_two_processes_keep_one_budget_and_outlive_redis(
    servers: list[Server], redis: Redis, sign_in: SignIn
) -> None:
    one, two = servers
    ann = await sign_in(Role.VIEWER)

    assert [ask(one, ann, 199), ask(two, ann, 199)] == [(200, 800), (200, 600)]
    assert [ask(one, ann, 199), ask(two, ann, 199), ask(one, ann, 199)] == [
        (200, 400),
        (200, 200),
        (200, 0),
    ]
    assert ask(two, ann, 0) == (429, 0)

    redis.stop()
    started = time.monotonic()
    away = [ask(two, ann, 9)[0] for _ in range(20)]

    assert away == [200] * 20, "nobody is refused because Redis is away"
    assert ask(two, ann, 199)[1] == 1_000 - 20 * 10 - 200, "and each process still counts"
    assert time.monotonic() - started < 3
    assert warnings(two) == ["Redis is away: each process counts for itself"]

    redis.start()
    wait_until(lambda: bool(ask(two, ann, 0)) and len(warnings(two)) == 2, lambda: "not back")
    assert warnings(two)[1] == "Redis is back"
