"""Thirty years ago Northwind's books were written; Stockroom's must come to the same."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import httpx2
import pytest
from typer.testing import CliRunner

from api.cli import app

NORTHWIND = Path(__file__).parents[3] / "shared" / "data" / "northwind"
EMAIL, PASSWORD = "admin@example.com", "correct horse battery"


@pytest.fixture
def stockroom(own_database_url: str, tmp_path: Path) -> CliRunner:
    """The command, over an empty shop with an administrator."""
    runner = CliRunner(
        env={
            "DATABASE_URL": own_database_url,
            "STOCKROOM_DATA_DIR": str(tmp_path),
            "STOCKROOM_ADMIN_PASSWORD": PASSWORD,
            "STOCKROOM_PASSWORD": PASSWORD,
            "STOCKROOM_LOG_LEVEL": "WARNING",
        }
    )
    assert runner.invoke(app, ["create-admin", EMAIL]).exit_code == 0
    return runner


@pytest.fixture
def url(stockroom: CliRunner) -> Iterator[str]:
    """Where the shop is served, by a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    program = (sys.executable, "-c", "from api.cli import app; app()")
    served = {**os.environ, **{name: str(value) for name, value in stockroom.env.items()}}
    with subprocess.Popen([*program, "serve", "--port", str(port)], env=served) as server:
        try:
            for _ in range(600):
                assert server.poll() is None, "The server did not start."
                with suppress(OSError), urlopen(f"{url}/healthz", timeout=1):
                    break
                time.sleep(0.1)
            yield url
        finally:
            server.terminate()
            server.wait(timeout=15)


def run(stockroom: CliRunner, *arguments: str) -> tuple[int, str]:
    """Type a command; gives its exit code and its answer."""
    done = stockroom.invoke(app, arguments)
    return done.exit_code, done.stdout or done.stderr


def lose_a_box_of_chai(url: str) -> None:
    """Take one unit off the shelf, as a clerk would."""
    login = {"username": EMAIL, "password": PASSWORD}
    token = httpx2.post(f"{url}/v1/auth/token", data=login).json()["access_token"]
    loss = {"item_id": "sku:NW-1", "location_id": "code:NORTHWIND", "delta": -1, "reason": "Lost"}
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "lost"}
    assert httpx2.post(f"{url}/v1/stock/adjust", json=loss, headers=headers).is_success


@pytest.mark.skipif(
    not NORTHWIND.is_dir(), reason="Northwind's CSV files are not beside this checkout."
)
def test_northwind_moves_in_and_its_books_agree_to_the_cent(stockroom: CliRunner, url: str) -> None:
    replay = ("northwind", str(NORTHWIND), "--url", url)

    first, again = run(stockroom, *replay), run(stockroom, *replay)
    audit = run(stockroom, "audit")
    lose_a_box_of_chai(url)
    after_a_loss = run(stockroom, *replay)

    assert first == (0, "830 orders: 830 new, 809 sent out now\nbooks agree\n")
    assert again == (0, "830 orders: 0 new, 0 sent out now\nbooks agree\n")
    assert audit == (0, "0 differences\n")
    assert after_a_loss == (
        1,
        "830 orders: 0 new, 0 sent out now\n"
        "GraphQL: stock of NW-1: expected 39 available, 40 committed,"
        " found 38 available, 40 committed\n"
        "Rest: stock of NW-1: expected 39 available, 40 committed,"
        " found 38 available, 40 committed\n",
    )


@pytest.mark.skipif(
    not NORTHWIND.is_dir(), reason="Northwind's CSV files are not beside this checkout."
)
def test_a_server_that_is_not_there_is_said_not_to_answer(stockroom: CliRunner) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    code, said = run(stockroom, "northwind", str(NORTHWIND), "--url", f"http://127.0.0.1:{port}")
    assert code == 1
    assert "stockroom: The server does not answer" in said
