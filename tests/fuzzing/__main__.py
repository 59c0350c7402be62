"""`python -m tests.fuzzing`: many questions, to a server and a PostgreSQL of its own."""

import argparse
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.faults.servers import Server
from tests.fuzzing import graphql, rest
from tests.fuzzing.asking import SECONDS, Caller, Report

FACES: dict[str, Callable[[str, Sequence[Caller], int, int], Report]] = {
    "rest": rest.ask,
    "graphql": graphql.ask,
}
CALLERS = ("admin", "customer")


def main() -> int:
    """Ask each face; 1 when an answer was not promised."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the server is stopped as well
    _write(f"seed {options.seed}")
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="fuzzing-", ignore_cleanup_errors=True) as folder:
        password = secrets.token_hex(16)
        with _served(Path(folder), password) as server:
            callers = [_signed_in(server.url, name, password) for name in CALLERS]
            for face in [options.face] if options.face else FACES:
                since = time.monotonic()
                report = FACES[face](server.url, callers, options.cases, options.seed)
                _write(f"{face}: {report}, {time.monotonic() - since:.0f} seconds")
                for kind, sent in report.wrong.items():
                    _write(f"\n{kind}\n{sent}")
                wrong += len(report.wrong)
            lost = [caller.name for caller in callers if not caller.still_let_in(server.url)]
            faults = _faults(server.log)
    for fault in faults[:10]:
        _write(f"\nlogged: {fault[:1000]}")
    if lost:
        _write(f"\nno longer let in: {', '.join(lost)}")
    return 1 if wrong or faults or lost else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="fuzz", description="Ask a running server what its contracts allow, and what not."
    )
    parser.add_argument("--face", choices=FACES, help="one face alone")
    parser.add_argument("--cases", type=int, default=50_000, help="of each face (default 50000)")
    parser.add_argument(
        "--seed", type=int, default=secrets.randbelow(2**32), help="repeats an earlier run"
    )
    return parser.parse_args()


@contextmanager
def _served(folder: Path, password: str) -> Iterator[Server]:
    environment = {
        "STOCKROOM_ADMIN_PASSWORD": password,
        "STOCKROOM_LOG_LEVEL": "WARNING",
        "STOCKROOM_RATE_LIMIT_POINTS": "0",  # who asks so much is refused elsewhere
        "STOCKROOM_RATE_LIMIT_POINTS_ANONYMOUS": "0",
    }
    server = Server(folder / "log", environment, ("up", "--data", str(folder / "data")))
    server.start()
    try:
        server.await_ready()
        yield server
    finally:
        server.clear_away()


def _signed_in(address: str, name: str, password: str) -> Caller:
    form = {"username": f"{name}@example.com", "password": password}
    token = requests.post(f"{address}/v1/auth/token", data=form, timeout=SECONDS).json()
    return Caller.with_key(address, name, f"Bearer {token['access_token']}")


def _faults(log: Path) -> list[str]:
    return [line for line in log.read_text().splitlines() if '"level":"error"' in line]


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
