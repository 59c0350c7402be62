"""The servers that are measured, each a process of its own on a free port of this machine."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.shop import Shop

HOST = "127.0.0.1"
START_SECONDS = 60
ROOT = Path(__file__).parents[1]
CLI = [sys.executable, "-c", "from api.cli import app; app()"]


@dataclass(frozen=True)
class Server:
    """A process that serves."""

    address: str
    pid: int

    def memory(self) -> int:
        """The bytes that it holds in memory."""
        resident: int = psutil.Process(self.pid).memory_info().rss
        return resident


@contextmanager
def stockroom(shop: Shop, **settings: str) -> Iterator[Server]:
    """The whole product as it is served in production, by one process."""
    port = free_port()
    surroundings = {
        "DATABASE_URL": shop.settings.database_url,
        "STOCKROOM_SECRET": shop.settings.secret.get_secret_value(),
        "STOCKROOM_DATA_DIR": str(shop.folder),
        "STOCKROOM_PRODUCTION": "true",
        "STOCKROOM_RATE_LIMIT_POINTS": str(10**12),  # counted, and never refused
    }
    command = [*CLI, "serve", "--port", str(port)]
    with serving(shop.folder, command, port, surroundings | settings) as server:
        yield server


@contextmanager
def limit(shop: Shop, statement: str, app: str = "limit") -> Iterator[str]:
    """What Python and PostgreSQL can do at most; gives the address: see `benchmarks.limit`."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", f"benchmarks.{app}:app"]
    command += ["--host", HOST, "--port", str(port)]
    surroundings = {"BENCHMARK_STATEMENT": statement, **pool_of(shop)}
    quiet = ["--no-access-log", "--log-level", "warning", "--no-server-header"]
    with serving(shop.folder, [*command, *quiet], port, surroundings) as server:
        yield server.address


def pool_of(shop: Shop) -> dict[str, str]:
    """How a reference finds the database, with as many connections as the product has."""
    return {
        "BENCHMARK_DATABASE": shop.address,
        "BENCHMARK_SOCKETS": shop.sockets,
        "BENCHMARK_POOL": str(shop.settings.pool_size),
    }


@contextmanager
def serving(
    folder: Path, command: Sequence[str], port: int, surroundings: Mapping[str, str]
) -> Iterator[Server]:
    """A server until this ends; away from the repository, so that nobody's `.env` is measured."""
    journal = folder / f"server-{port}.log"
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("STOCKROOM_")}
    with journal.open("wb") as log:
        process = subprocess.Popen(
            command,
            env=inherited | {"PYTHONPATH": str(ROOT)} | dict(surroundings),
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            deadline = time.monotonic() + START_SECONDS
            while not _listens(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"A server did not start:\n{journal.read_text()[-2000:]}")
                time.sleep(0.05)
            yield Server(f"http://{HOST}:{port}", process.pid)
        finally:
            process.terminate()
            process.wait(timeout=30)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0
