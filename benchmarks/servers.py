"""The servers that are measured, each a process of its own on a free port of this machine."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.shop import Shop

HOST = "127.0.0.1"
START_SECONDS = 60
ROOT = Path(__file__).parents[1]


@contextmanager
def stockroom(shop: Shop) -> Iterator[str]:
    """The whole product as it is served in production, by one process; gives its address."""
    port = _free_port()
    command = ["-c", "from api.cli import app; app()", "serve", "--port", str(port)]
    surroundings = {
        "DATABASE_URL": shop.settings.database_url,
        "STOCKROOM_SECRET": shop.settings.secret.get_secret_value(),
        "STOCKROOM_DATA_DIR": str(shop.folder),
        "STOCKROOM_PRODUCTION": "true",
    }
    with _served(shop, command, port, surroundings):
        yield f"http://{HOST}:{port}"


@contextmanager
def limit(shop: Shop, statement: str) -> Iterator[str]:
    """What Python and PostgreSQL can do at most: see `benchmarks.limit`."""
    port = _free_port()
    command = ["-m", "uvicorn", "benchmarks.limit:app", "--host", HOST, "--port", str(port)]
    surroundings = {
        "BENCHMARK_DATABASE": shop.address,
        "BENCHMARK_STATEMENT": statement,
        "BENCHMARK_POOL": str(shop.settings.pool_size),
    }
    quiet = ["--no-access-log", "--log-level", "warning", "--no-server-header"]
    with _served(shop, [*command, *quiet], port, surroundings):
        yield f"http://{HOST}:{port}"


@contextmanager
def _served(
    shop: Shop, command: Sequence[str], port: int, surroundings: Mapping[str, str]
) -> Iterator[None]:
    """Away from the repository, so that nobody's `.env` is measured."""
    journal = shop.folder / f"server-{port}.log"
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("STOCKROOM_")}
    with journal.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *command],
            env=inherited | {"PYTHONPATH": str(ROOT)} | dict(surroundings),
            cwd=shop.folder,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            deadline = time.monotonic() + START_SECONDS
            while not _listens(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"A server did not start:\n{journal.read_text()[-2000:]}")
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0
