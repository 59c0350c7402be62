"""The shop in a process of its own, started as it is in earnest, with its log in a file."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.conftest import SECRET
from tests.hostile.doors import Doors

BODY_LIMIT = 1_048_576


@dataclass(frozen=True)
class Shop:
    """Where it is, and what it has logged."""

    url: str
    log: Path

    async def logged(self, since: int, requests: int) -> str:
        """The log since that byte, once so many requests are in it: a line follows its answer."""
        for _ in range(100):
            text = self.log.read_bytes()[since:].decode()
            if text.count('"event":"request"') >= requests:
                return text
            await asyncio.sleep(0.02)
        raise AssertionError("The shop did not log its requests.")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    with httpx2.Client() as client:
        for _ in range(600):
            assert process.poll() is None, "The shop did not open."
            with suppress(httpx2.HTTPError):
                if client.get(f"{url}/readyz").is_success:
                    return
            time.sleep(0.05)
    raise AssertionError("The shop took too long to open.")


@pytest.fixture(scope="session")
def shop(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder, port = tmp_path_factory.mktemp("hostile"), _free_port()
    found = Shop(f"http://127.0.0.1:{port}", folder / "log")
    told = {
        "DATABASE_URL": database_url.replace("postgresql+asyncpg", "postgresql"),
        "STOCKROOM_SECRET": SECRET,
        "STOCKROOM_CREDENTIAL_CACHE_SECONDS": "0",
        "STOCKROOM_SIGN_IN_TRIES_PER_NETWORK": "1000000",
        "STOCKROOM_LETTERS_PER_NETWORK": "1000000",
        "STOCKROOM_MAX_BODY_BYTES": str(BODY_LIMIT),
    }
    command = [str(Path(sys.executable).with_name("stockroom")), "serve", "--port", str(port)]
    with found.log.open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | told, stdout=log, stderr=log
        )
    try:
        _wait_for(found.url, process)
        yield found
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
async def street(shop: Shop) -> AsyncIterator[httpx2.AsyncClient]:
    """A client that reaches the shop as strangers do; afterwards no fault may have been logged."""
    before = shop.log.stat().st_size
    async with httpx2.AsyncClient(base_url=shop.url, timeout=20) as client:
        yield client
    with shop.log.open() as log:
        log.seek(before)
        faults = [line for line in log if '"level":"error"' in line or "Traceback" in line]
    assert faults == []


@pytest.fixture
def doors(street: httpx2.AsyncClient, admin: str) -> Doors:
    """Both doors, for an administrator."""
    return Doors(street, admin)


@pytest.fixture
def stranger(street: httpx2.AsyncClient) -> Doors:
    """Both doors, for nobody in particular."""
    return Doors(street)
