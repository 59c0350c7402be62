"""A PostgreSQL of a shop's own, which crashes and comes back."""

import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from api import embedded, migrating
from tests.faults.servers import runs, wait_until


@asynccontextmanager
async def dug() -> AsyncIterator[Path]:
    """The folder of a PostgreSQL that keeps what it has said to keep."""
    folder = Path(tempfile.mkdtemp(prefix="sr-"))
    try:
        with embedded.start(folder) as server:
            await migrating.upgrade(server.url)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def crash(cellar: Path, how: signal.Signals) -> None:
    """End PostgreSQL without a goodbye to anybody, and start it again."""
    lines = (cellar / "postgres" / "postmaster.pid").read_text().splitlines()
    postmaster = psutil.Process(int(lines[0]))
    assert postmaster.name() == "postgres"
    postmaster.send_signal(how)
    wait_until(lambda: not runs(postmaster), lambda: f"{postmaster} does not end.")
    embedded.start(cellar).stop()  # it stays for the one who holds the cellar


def address_of(cellar: Path) -> str:
    """The database of the server that runs there."""
    with embedded.start(cellar) as server:
        return server.url
