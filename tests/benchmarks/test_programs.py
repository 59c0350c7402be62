"""The benchmarks run; how fast is for people to read, never for a test to judge."""

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

from benchmarks.__main__ import PROGRAMS

ROOT = Path(__file__).parents[2]
RATIO = re.compile(r"^([a-z/-]+) vs ([A-Za-z0-9-]+): \d+\.\d+$", re.MULTILINE)
ALWAYS = {
    "graphql-nested": {("graphql-nested", "limit"), ("graphql-nested", "graphql-core")},
    "graphql-point": {("graphql-point", "limit")},
    "rest-list": {("rest-list", "limit")},
    "rest-list-flat": {("rest-list-flat", "limit")},
    "rest-point": {("rest-point", "limit")},
    "place-order": {("place-order/rest", "pgbench"), ("place-order/graphql", "pgbench")},
    "hot-item": {("hot-item/rest", "pgbench"), ("hot-item/graphql", "pgbench")},
    "export": {("export", "copy"), ("export", "goal-32MiB")},
    "import": {("import", "copy")},
    "start": {("start", "goal-6s"), ("start", "goal-2s"), ("start", "goal-160MiB")},
    "attack": {("attack", "goal-100ms"), ("attack", "alone-p99")},
    "growth": {
        *((f"growth/{kind}", "small") for kind in ("items", "movements", "orders")),
        *((f"growth/{kind}", "small") for kind in ("nested", "point", "place-order")),
        ("growth", "small"),
    },
}


class Ran(NamedTuple):
    """What one short run of everything left."""

    printed: str
    table: str
    plot: str


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Every program once, with peers where they happen to be installed."""
    folder = tmp_path_factory.mktemp("benchmarks")
    table, plot = folder / "table.md", folder / "plot.svg"
    pace = ["--seconds", "0.1", "--rounds", "1", "--connections", "2", "--share", "0.01"]
    written = ["--table", str(table), "--plot", str(plot)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--no-install", *pace, *written],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return Ran(done.stdout, table.read_text(), plot.read_text())


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_program_ends_with_its_ratios_and_leaves_the_books_in_order(
    ran: Ran, program: str
) -> None:
    ratios = set(RATIO.findall(ran.printed))

    assert ratios >= ALWAYS[program]


def test_the_last_lines_are_ratios_and_nothing_else(ran: Ran) -> None:
    closing = ran.printed.rpartition("\n\n")[2]

    assert {*RATIO.findall(closing)} == {*RATIO.findall(ran.printed)}
    assert len(RATIO.findall(closing)) == len(closing.splitlines())


def test_the_table_and_the_plot_show_every_server(ran: Ran) -> None:
    bars = [text.text for text in ElementTree.fromstring(ran.plot).iter() if text.text]

    for name, reference in RATIO.findall(ran.printed):
        assert f"| `{name}` | `{reference}` |" in ran.table
    for server in ("graphql-nested", "graphql-core", "limit", "place-order/rest", "pgbench"):
        assert server in bars
        assert f"{server}" in ran.table
