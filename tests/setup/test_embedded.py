"""The shop's own PostgreSQL: started, shared, killed and found again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from api import embedded

HOLD = """
import signal, sys, time
from pathlib import Path
from api import embedded
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored below a shell's background jobs
server = embedded.start(Path(sys.argv[1]), durable=False)
print(server.url, flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a database in it; whatever still runs there in the end is stopped."""
    folder = tmp_path_factory.mktemp("shop")
    yield folder
    embedded.start(folder).stop()


async def ask(server: embedded.EmbeddedServer, question: str) -> object:
    dsn = server.url.replace("+asyncpg", "")
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


def process_of(shop: Path) -> psutil.Process:
    lines = (shop / "postgres" / "postmaster.pid").read_text().splitlines()
    return psutil.Process(int(lines[0]))


def runs(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def someone_else_at(shop: Path) -> subprocess.Popen[str]:
    """Another Stockroom process that uses the same folder, and has its server by now."""
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(shop)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(embedded.__file__).parent.parent,
    )
    assert other.stdout is not None
    assert other.stdout.readline().startswith("postgresql+asyncpg:")
    return other


def killed(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


async def test_the_first_start_makes_the_shops_database_and_stopping_leaves_no_process(
    shop: Path,
) -> None:
    with embedded.start(shop, durable=False) as server:
        process = process_of(shop)
        assert await ask(server, "SELECT current_database()") == "stockroom"
        assert await ask(server, "SELECT lower('ÄPFEL')") == "äpfel"
        assert not process.net_connections(kind="inet")
    assert not runs(process)
    assert not (shop / "postgres" / "postmaster.pid").exists()


async def test_a_second_start_keeps_the_stock_and_is_quick(shop: Path) -> None:
    with embedded.start(shop, durable=False) as server:
        await ask(server, "CREATE TABLE shelf AS SELECT 7 AS boxes")
    since = time.monotonic()
    with embedded.start(shop, durable=False) as server:
        assert time.monotonic() - since < 2
        assert await ask(server, "SELECT boxes FROM shelf") == 7


async def test_the_server_stays_until_the_last_process_is_done_with_it(shop: Path) -> None:
    other = someone_else_at(shop)
    server = embedded.start(shop)
    process = process_of(shop)
    server.stop()
    server.stop()
    assert runs(process)
    killed(other)
    with embedded.start(shop):
        assert process_of(shop) == process
    assert not runs(process)


async def test_after_both_are_killed_the_next_start_recovers(shop: Path) -> None:
    other = someone_else_at(shop)
    process_of(shop).kill()
    killed(other)
    with embedded.start(shop, durable=False) as server:
        assert await ask(server, "SELECT 1") == 1


@pytest.mark.parametrize("left", ["", "{pid}\n", "{pid}\n/elsewhere\n1\n5432\n"])
async def test_a_process_number_taken_by_another_program_blocks_nothing(
    shop: Path, left: str
) -> None:
    embedded.start(shop, durable=False).stop()
    (shop / "postgres" / "postmaster.pid").write_text(left.format(pid=os.getpid()))
    with embedded.start(shop, durable=False) as server:
        assert await ask(server, "SELECT 1") == 1


async def test_a_first_start_that_was_killed_halfway_leaves_nothing_behind(
    tmp_path: Path,
) -> None:
    shop = tmp_path / "shop"
    (shop / "postgres.new-abandoned").mkdir(parents=True)
    (shop / "postgres.new-abandoned" / "PG_VERSION").write_text("18\n")
    embedded.start(shop, durable=False).stop()
    assert not (shop / "postgres.new-abandoned").exists()


async def test_a_folder_with_spaces_and_a_path_too_long_for_a_socket_serves_all_the_same(
    tmp_path: Path,
) -> None:
    far = tmp_path / "the shop's, own" / ("deep" * 30)
    with embedded.start(far, durable=False) as server:
        assert len(str(server.sockets)) < 100
        assert await ask(server, "SELECT 1") == 1
    assert not server.sockets.exists()


async def test_data_of_another_major_version_is_refused_with_a_way_out(shop: Path) -> None:
    embedded.start(shop, durable=False).stop()
    version = shop / "postgres" / "PG_VERSION"
    version.write_text("17\n")
    try:
        with pytest.raises(embedded.EmbeddedError, match=r"PostgreSQL 17.*pg_dump"):
            embedded.start(shop)
    finally:
        version.write_text("18\n")


async def test_a_server_that_cannot_start_is_quoted(shop: Path) -> None:
    embedded.start(shop, durable=False).stop()
    own_settings = shop / "postgres" / "postgresql.auto.conf"
    before = own_settings.read_text()
    own_settings.write_text("shared_buffers = nonsense\n")
    try:
        with pytest.raises(embedded.EmbeddedError, match="shared_buffers"):
            embedded.start(shop)
    finally:
        own_settings.write_text(before)


async def test_ctrl_c_in_the_terminal_does_not_reach_the_server(shop: Path) -> None:
    other = someone_else_at(shop)
    process = process_of(shop)
    assert os.getpgid(process.pid) != os.getpgid(other.pid)
    other.send_signal(signal.SIGINT)
    other.communicate()
    assert runs(process)
