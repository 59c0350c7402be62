"""Who sends the head of a request a byte now and then is let go; everybody else is served."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from api.cli.heads import PATIENCE
from tests.conftest import SECRET
from tests.faults.servers import Server

HEAD = b"GET /healthz HTTP/1.1\r\nHost: shop\r\n"
CALLERS = 100


@pytest.fixture
def door(database_url: str, tmp_path: Path) -> Iterator[Server]:
    server = Server(
        tmp_path / "log",
        {
            "DATABASE_URL": database_url,
            "STOCKROOM_SECRET": SECRET,
            "STOCKROOM_DATA_DIR": str(tmp_path),
        },
    )
    try:
        server.start()
        server.await_ready()
        yield server
    finally:
        server.clear_away()


async def all_of(reader: asyncio.StreamReader) -> bytes:
    """What comes until the connection ends, be it by a reset: we go on sending."""
    came = b""
    with suppress(ConnectionResetError):
        while more := await reader.read(65_536):
            came += more
    return came


async def trickle(port: int, before: bytes) -> tuple[bytes, float]:
    """What is answered to a head that never ends, and after how many seconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(before + HEAD)
    if before:
        assert b"200 OK" in await reader.readuntil(b'"ok"}')
    answer, started = asyncio.create_task(all_of(reader)), time.monotonic()
    while not answer.done() and time.monotonic() < started + 3 * PATIENCE:
        writer.write(b"x")
        await asyncio.wait([answer], timeout=1)
    writer.close()
    return answer.result(), time.monotonic() - started


async def served(port: int, until: asyncio.Event) -> float:
    """The longest that somebody had to wait meanwhile who asks again and again."""
    longest = 0.0
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while not until.is_set():
        started = time.monotonic()
        writer.write(HEAD + b"\r\n")
        assert b"200 OK" in await reader.readuntil(b'"ok"}')
        longest = max(longest, time.monotonic() - started)
        await asyncio.sleep(0.05)
    writer.close()
    return longest


async def test_b91_heads_of_a_byte_a_second_are_given_up_and_others_are_served(
    door: Server,
) -> None:
    assert door.process
    process = psutil.Process(door.process.pid)
    files, enough = process.num_fds(), asyncio.Event()
    customer = asyncio.create_task(served(door.port, enough))
    firsts = [b"", HEAD + b"\r\n"]
    found = await asyncio.gather(*(trickle(door.port, firsts[n % 2]) for n in range(CALLERS)))
    enough.set()

    assert {answer.split(b"\r\n")[0] for answer, _ in found} == {b"HTTP/1.1 408 Request Timeout"}
    assert min(took for _, took in found) > PATIENCE - 1
    assert max(took for _, took in found) < PATIENCE + 3
    assert await customer < 2
    assert process.num_fds() < files + CALLERS / 2


async def test_b91_who_connects_and_says_nothing_is_let_go(door: Server) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    answer = await asyncio.wait_for(reader.read(), PATIENCE + 3)
    writer.close()

    assert answer.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /v1/items?q=" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: shop\r\n\r\n",
        b"\x16\x03\x01\r\n",
    ],
    ids=["a long address", "no HTTP"],
)
async def test_b91_what_cannot_be_read_as_http_is_refused_as_a_problem(
    door: Server, sent: bytes
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(sent)
    head, _, body = (await asyncio.wait_for(reader.read(), 5)).partition(b"\r\n\r\n")
    writer.close()
    told = json.loads(body)

    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"Content-Type: application/problem+json\r\n" in head
    assert (told["code"], told["status"]) == ("BAD_REQUEST", 400)
    assert told["trace_id"].encode() in head
