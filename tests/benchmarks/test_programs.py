"""The benchmarks run; how fast is for people to read, never for a test to judge."""

import re
import subprocess
import sys
from pathlib import Path

from benchmarks.__main__ import PROGRAMS

ROOT = Path(__file__).parents[2]
RATIO = re.compile(r"^([a-z-]+)(?:/[a-z]+)? vs [a-z]+: \d+\.\d+$", re.MULTILINE)


def test_every_program_ends_with_its_ratios_and_leaves_the_books_in_order() -> None:
    shortest = ["--seconds", "0.3", "--rounds", "1", "--connections", "2"]

    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *shortest],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert done.returncode == 0, done.stderr
    assert set(RATIO.findall(done.stdout)) == set(PROGRAMS)
    assert done.stdout.splitlines()[-1].startswith(f"{[*PROGRAMS][-1]}/graphql vs pgbench: ")
