"""python -m benchmarks [NAME ...]: measure, all of it or what is named."""

import argparse
import os
import platform
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from benchmarks import graphql_nested, graphql_point, hot_item, place_order, rest_list, rest_point
from benchmarks.load import Pace, generator
from benchmarks.peers import Peers
from benchmarks.stage import Stage

PROGRAMS: dict[str, Callable[[Stage], None]] = {
    "graphql-nested": graphql_nested.run,
    "graphql-point": graphql_point.run,
    "rest-list": rest_list.run,
    "rest-list-flat": rest_list.run_flat,
    "rest-point": rest_point.run,
    "place-order": place_order.run,
    "hot-item": hot_item.run,
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
    parser.add_argument("--no-install", action="store_true", help="only peers that are installed")
    chosen = parser.parse_args()
    if unknown := set(chosen.name) - PROGRAMS.keys():
        parser.error(f"no program is named {', '.join(sorted(unknown))}")
    pace = Pace(chosen.seconds, chosen.rounds, chosen.connections)
    print(_machine())
    with Stage(pace, Peers(not chosen.no_install)) as stage:
        for name in chosen.name or PROGRAMS:
            PROGRAMS[name](stage)


def _machine() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"Python {platform.python_version()}, {os.cpu_count()} processors, load now"
        f" {os.getloadavg()[0]:.1f}, requests by {generator()}\n{libraries}"
    )


if __name__ == "__main__":
    main()
