"""Servers as they are run for real: processes of their own on free ports, ended by their ids."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 90
STOCKROOM = [sys.executable, "-c", "from api.cli import app; app()"]


def free_port() -> int:
    """A port that nobody uses just now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """One `stockroom` process with its workers, which can be ended and started again."""

    log: Path
    environment: dict[str, str]
    arguments: tuple[str, ...] = ("serve",)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def alive(self) -> bool:
        """Whether the process that was started last still runs."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start it; `await_ready` says when it serves."""
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith("STOCKROOM_")
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*STOCKROOM, *self.arguments],
                cwd=ROOT,
                env=inherited | self.environment | {"STOCKROOM_PORT": str(self.port)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def await_ready(self) -> None:
        """Wait until it serves from its database."""
        wait_until(self._ready, lambda: f"{self.url} is not ready:\n{self.log.read_text()[-3000:]}")

    def workers(self) -> list[psutil.Process]:
        """The processes that serve for a supervisor."""
        assert self.process
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.process.pid).children()
            return [child for child in children if "spawn_main" in " ".join(_command(child))]
        return []

    def kill(self) -> None:
        """End it as a power cut would, without a word to its workers."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def terminate(self) -> None:
        """Ask it to stop."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)

    def seconds_to_end(self) -> float:
        """Wait for its end, and say how long that took."""
        assert self.process
        since = time.monotonic()
        self.process.wait(PATIENCE_SECONDS)
        return time.monotonic() - since

    def clear_away(self) -> None:
        """Stop it whatever state it is in; nothing of it stays."""
        if self.process is None:
            return
        family = _family(self.process.pid) if self.alive else []
        with suppress(subprocess.TimeoutExpired):
            if self.alive:
                self.terminate()
            self.process.wait(20)
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait()

    def statuses(self) -> Counter[int]:
        """How often it gave which answer, by its own account."""
        entries = (line for line in self.log.read_text().splitlines() if '"request"' in line)
        return Counter(json.loads(line)["status"] for line in entries)

    def _ready(self) -> bool:
        assert self.alive, f"It ended by itself:\n{self.log.read_text()[-3000:]}"
        with suppress(URLError, OSError), urlopen(f"{self.url}/readyz", timeout=5):
            return True
        return False


def wait_until(true: Callable[[], bool], otherwise: Callable[[], str]) -> None:
    """Ask again until it is so; patience ends in an assertion."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.05)


def runs(process: psutil.Process) -> bool:
    """Whether a process is there and not merely waiting to be buried."""
    with suppress(psutil.NoSuchProcess):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


@contextmanager
def hanging(process: psutil.Process) -> Iterator[None]:
    """While this lasts, it and its children take connections and say nothing."""
    process.send_signal(signal.SIGSTOP)
    family = _family(process.pid)
    try:
        for child in family[1:]:
            child.send_signal(signal.SIGSTOP)
        yield
    finally:
        for member in family:
            member.send_signal(signal.SIGCONT)


def _family(pid: int) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    return []


def _command(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return process.cmdline()
    return []
