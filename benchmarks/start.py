"""`start`: `stockroom up` on an empty folder, the same once more, and what it holds while idle."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks.servers import CLI, HOST, ROOT, Server, free_port
from benchmarks.stage import Stage

FIRST_SECONDS, AGAIN_SECONDS, IDLE_MIB = 6, 2, 160
PATIENCE_SECONDS = 120
SETTLED_SECONDS = 2
MIB = 1 << 20


def run(stage: Stage) -> None:
    """Measure until the server says that it is ready, demo data loaded."""
    print("\nStarts of `stockroom up`, until /readyz answers", flush=True)
    first, again, idle = [], [], []
    with tempfile.TemporaryDirectory(prefix="stockroom-bench-", ignore_cleanup_errors=True) as name:
        with _up(Path(name) / "warm"):
            pass  # what an installation leaves to the very first start, the pages' assets, is done
        for number in range(stage.pace.rounds):
            folder = Path(name) / str(number)
            with _up(folder) as (_, seconds):
                first.append(seconds)
            with _up(folder) as (server, seconds):
                again.append(seconds)
                time.sleep(SETTLED_SECONDS)
                idle.append(server.memory() / MIB)
    report = stage.report
    report.found("start", "First start", f"{median(first):.2f} s")
    report.found("start", "Restart", f"{median(again):.2f} s")
    report.found("start", "Idle process", f"{median(idle):.0f} MiB")
    report.compared("start", f"goal-{FIRST_SECONDS}s", median(first) / FIRST_SECONDS)
    report.compared("start", f"goal-{AGAIN_SECONDS}s", median(again) / AGAIN_SECONDS)
    report.compared("start", f"goal-{IDLE_MIB}MiB", median(idle) / IDLE_MIB)


@contextmanager
def _up(folder: Path) -> Iterator[tuple[Server, float]]:
    """The product started by a person at a keyboard, and after how many seconds it was ready."""
    port = free_port()
    settings = {"STOCKROOM_ADMIN_PASSWORD": "correct horse battery", "PYTHONPATH": str(ROOT)}
    unset = ("STOCKROOM_", "DATABASE_URL", "PYTHONDONTWRITEBYTECODE")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(unset)}
    folder.mkdir(exist_ok=True)
    with (folder.parent / f"{folder.name}.log").open("ab") as log:
        since = time.perf_counter()
        process = subprocess.Popen(
            [*CLI, "up", "--port", str(port), "--data", str(folder)],
            env=inherited | settings,
            cwd=folder.parent,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        server = Server(f"http://{HOST}:{port}", process.pid)
        try:
            while not _is_ready(server):
                if process.poll() is not None or time.perf_counter() > since + PATIENCE_SECONDS:
                    raise RuntimeError(f"No start: {Path(log.name).read_text()[-2000:]}")
                time.sleep(0.01)
            yield server, time.perf_counter() - since
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE_SECONDS)


def _is_ready(server: Server) -> bool:
    with suppress(URLError, ConnectionError), urlopen(f"{server.address}/readyz", timeout=5):
        return True
    return False
