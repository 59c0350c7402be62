"""python -m benchmarks [NAME ...]: measure, all of it or what is named."""

import argparse
import os
import platform
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from benchmarks import (
    attack,
    export,
    graphql_nested,
    graphql_point,
    growth,
    hot_item,
    importing,
    place_order,
    rest_list,
    rest_point,
    start,
)
from benchmarks.load import Pace, generator
from benchmarks.peers import Peers
from benchmarks.plot import plot
from benchmarks.stage import Stage
from benchmarks.table import table

PROGRAMS: dict[str, Callable[[Stage], None]] = {
    "graphql-nested": graphql_nested.run,
    "graphql-point": graphql_point.run,
    "rest-list": rest_list.run,
    "rest-list-flat": rest_list.run_flat,
    "rest-point": rest_point.run,
    "place-order": place_order.run,
    "hot-item": hot_item.run,
    "export": export.run,
    "import": importing.run,
    "start": start.run,
    "growth": growth.run,
    "attack": attack.run,
}
LIBRARIES = ("fastapi", "strawberry-graphql", "sqlalchemy", "asyncpg", "uvicorn", "pydantic")


def main() -> None:
    """Make a shop, and run the programs on it one after the other."""
    usual = Pace()
    parser = argparse.ArgumentParser(prog="benchmarks", description="Measure Stockroom.")
    parser.add_argument("name", nargs="*", help=f"one of {', '.join(PROGRAMS)}; all without one")
    parser.add_argument("--seconds", type=float, default=usual.seconds, help="of each round")
    parser.add_argument("--rounds", type=int, default=usual.rounds)
    parser.add_argument("--connections", type=int, default=usual.connections)
    parser.add_argument("--share", type=float, default=usual.share, help="of the usual data")
    parser.add_argument("--table", type=Path, metavar="FILE", help="write the results as Markdown")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write rates by server as SVG")
    parser.add_argument("--no-install", action="store_true", help="only peers that are installed")
    chosen = parser.parse_args()
    if unknown := set(chosen.name) - PROGRAMS.keys():
        parser.error(f"no program is named {', '.join(sorted(unknown))}")
    pace = Pace(chosen.seconds, chosen.rounds, chosen.connections, chosen.share)
    print(_machine())
    with Stage(pace, Peers(not chosen.no_install)) as stage:
        for name in chosen.name or PROGRAMS:
            PROGRAMS[name](stage)
    results = table(stage.report)
    print(f"\n{results}")
    if chosen.table:
        chosen.table.write_text(results)
    if chosen.plot:
        chosen.plot.write_text(plot(stage.report))
    for ratio in stage.report.ratios:
        print(ratio)


def _machine() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"Python {platform.python_version()}, {os.cpu_count()} processors, load now"
        f" {os.getloadavg()[0]:.1f}, requests by {generator()}\n{libraries}"
    )


if __name__ == "__main__":
    main()
