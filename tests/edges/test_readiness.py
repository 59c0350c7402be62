"""What /readyz tells: each part by itself, within two seconds, and nothing of where it stands."""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
import psutil
import pytest

from api import embedded
from tests.edges.conftest import OpenShop
from tests.faults.servers import free_port, hanging
from tests.redis_server import Redis


async def told(shop: httpx2.AsyncClient) -> tuple[httpx2.Response, dict[str, str], dict[str, Any]]:
    """The answer, the state of each part, and its milliseconds."""
    answer = await shop.get("/readyz")
    parts = answer.json()["parts"]
    states = {name: part["state"] for name, part in parts.items()}
    return answer, states, {name: part["milliseconds"] for name, part in parts.items()}


@pytest.fixture
def stunned(redis: Redis) -> Iterator[Redis]:
    """A Redis that takes connections and says nothing."""
    assert redis.process
    with hanging(psutil.Process(redis.process.pid)):
        yield redis


@pytest.fixture
def cellar() -> Iterator[tuple[str, psutil.Process]]:
    """A PostgreSQL that may hang: its address and its process."""
    with (
        TemporaryDirectory(prefix="sr-", ignore_cleanup_errors=True) as folder,
        embedded.start(Path(folder), durable=False) as server,
    ):
        lines = (Path(folder) / "postgres" / "postmaster.pid").read_text().splitlines()
        yield server.url, psutil.Process(int(lines[0]))


def address(port: int) -> str:
    return f"redis://:hunter2@127.0.0.1:{port}/0"


async def test_a_shop_with_all_its_parts_is_ready(open_shop: OpenShop, redis: Redis) -> None:
    async with open_shop(redis_url=f"redis://127.0.0.1:{redis.port}/0") as shop:
        answer, states, took = await told(shop)

    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert states == {"database": "ok", "files": "ok", "redis": "ok"}
    assert all(0 < it < 1_500 for it in took.values())


async def test_a_shop_without_redis_does_not_speak_of_it(open_shop: OpenShop) -> None:
    async with open_shop() as shop:
        _, states, _ = await told(shop)

    assert states == {"database": "ok", "files": "ok"}


async def test_a_part_that_hangs_is_given_up_and_no_other_waits_for_it(
    open_shop: OpenShop, stunned: Redis
) -> None:
    async with open_shop(redis_url=f"redis://127.0.0.1:{stunned.port}/0") as shop:
        await shop.get("/readyz")  # so that nothing has still to be imported
        started = time.monotonic()
        answer, states, took = await told(shop)
        lasted = time.monotonic() - started

    assert lasted < 2
    assert answer.status_code == 200, "orders go on without Redis"
    assert states == {"database": "ok", "files": "ok", "redis": "timed out"}
    assert took["redis"] >= 1_400
    assert max(took["database"], took["files"]) < 1_000, "each check has a watch of its own"


async def test_parts_that_are_away_are_told_without_their_addresses(
    open_shop: OpenShop, tmp_path: Path
) -> None:
    (tmp_path / "files").write_text("This is no folder.")
    port = free_port()
    async with open_shop(redis_url=address(port), data_dir=tmp_path) as shop:
        answer, states, _ = await told(shop)

    assert answer.status_code == 200
    assert states == {"database": "ok", "files": "unreachable", "redis": "unreachable"}
    for hidden in ("hunter2", str(port), str(tmp_path), "127.0.0.1"):
        assert hidden not in answer.text


async def test_without_its_database_a_shop_is_not_ready(open_shop: OpenShop, redis: Redis) -> None:
    away = f"postgresql+asyncpg://shop:hunter2@127.0.0.1:{free_port()}/shop"
    redis_url = f"redis://127.0.0.1:{redis.port}/0"
    async with open_shop(database_url=away, redis_url=redis_url) as shop:
        answer, states, _ = await told(shop)

    assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) >= 1
    assert states == {"database": "unreachable", "files": "ok", "redis": "ok"}
    assert "hunter2" not in answer.text


async def test_a_database_that_hangs_makes_a_shop_unready_in_time_until_it_goes_on(
    open_shop: OpenShop, cellar: tuple[str, psutil.Process], stunned: Redis
) -> None:
    url, postgresql = cellar
    redis_url = f"redis://127.0.0.1:{stunned.port}/0"
    async with open_shop(database_url=url, redis_url=redis_url) as shop:
        before, _, _ = await told(shop)
        with hanging(postgresql):
            for _ in range(3):
                started = time.monotonic()
                answer, states, _ = await told(shop)

                assert time.monotonic() - started < 2
                assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
                assert states == {"database": "timed out", "files": "ok", "redis": "timed out"}
        after, _, _ = await told(shop)

    assert (before.status_code, after.status_code) == (200, 200)
