"""Requests sent to a server for a while by a number of connections, and how many came back."""

import math
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

from benchmarks.numbering import item_id

FOLDER = Path(__file__).parent
PLACEHOLDER = re.compile(r"<item (\d+) (\d+)>")
PATIENCE_SECONDS = 30  # a slow answer is slow, not lost


@dataclass(frozen=True)
class Pace:
    """How long, how often, how hard, and what share of the usual amount of data."""

    seconds: float = 5.0
    rounds: int = 5
    connections: int = 16
    share: float = 1.0


@dataclass(frozen=True)
class Load:
    """What a server did under load; refusals are not part of the rate, and pgbench tells no
    percentiles.
    """

    rate: float
    refused: int = 0
    p50_ms: float | None = None
    p99_ms: float | None = None


Runner = Callable[[Pace], Load]


@dataclass(frozen=True)
class Template:
    """A request; where each must differ from the one before, it says `<unique>` for 32 hex digits,
    or `<item 1 333>` for the public id of an item numbered in between.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: str = ""

    def ask(self, base: str) -> bytes:
        """The answer to the request, sent once for the first of the items it may ask for."""
        path, body = self._example(self.path), self._example(self.body).encode() or None
        request = Request(base + path, body, self.headers, method=self.method)
        try:
            with urlopen(request, timeout=PATIENCE_SECONDS) as response:
                answer: bytes = response.read()
        except HTTPError as refused:
            raise RuntimeError(f"{path}: {refused.read()[:500]!r}") from None
        return answer

    def text(self, host: str) -> str:
        """The request as HTTP/1.1, its placeholders still in it."""
        length = len(self._example(self.body).encode())
        fields = {"Host": host, **self.headers, "Content-Length": str(length)}
        lines = [f"{name}: {value}" for name, value in fields.items()]
        return "\r\n".join([f"{self.method} {self.path} HTTP/1.1", *lines, "", self.body])

    def _example(self, text: str) -> str:
        filled = text.replace("<unique>", uuid4().hex)
        return PLACEHOLDER.sub(lambda bounds: item_id(int(bounds[1])), filled)


def http(base: str, template: Template, folder: Path, *, slow: bool = False) -> Runner:
    """Measures a server by wrk where it is installed, and else by a program of ours, which can also
    stop within a second, and waits for what is under way when a round of a `slow` server ends.
    """
    file = folder / f"{uuid4().hex}.http"
    file.write_bytes(template.text(base.removeprefix("http://")).encode())

    def measure(pace: Pace) -> Load:
        stamp = uuid4().hex[:20]
        command = [*_program(base, pace, slow), str(file), stamp]
        limit = pace.seconds + 2 * PATIENCE_SECONDS
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
        return _read(done.stdout, done.stderr)

    return measure


def generator() -> str:
    """The name of the program that sends the requests."""
    return "wrk" if shutil.which("wrk") else "benchmarks.sender"


def _program(base: str, pace: Pace, slow: bool) -> list[str]:
    wrk = shutil.which("wrk")
    if wrk and pace.seconds >= 1 and not slow:
        length = f"-d{math.ceil(pace.seconds)}s"
        script = str(FOLDER / "wrk.lua")
        patience = f"--timeout={PATIENCE_SECONDS}s"
        sizes = ["-t1", f"-c{pace.connections}", length, patience]
        return [wrk, *sizes, "-s", script, base, "--"]
    sizes = [str(pace.connections), str(pace.seconds)]
    return [sys.executable, "-m", "benchmarks.sender", base, *sizes]


def _read(output: str, complaint: str) -> Load:
    """Both programs end with: RESULT, requests, refused, failed, and times in microseconds."""
    words = output.partition("RESULT ")[2].split()
    if len(words) != 6:
        raise RuntimeError(f"The load could not be made: {complaint or output}")
    requests, refused, failed, duration, p50, p99 = map(float, words)
    if failed or refused >= requests:
        raise RuntimeError(f"{requests:.0f} answers, {refused:.0f} refused, {failed:.0f} failed")
    return Load((requests - refused) * 1e6 / duration, int(refused), p50 / 1000, p99 / 1000)
