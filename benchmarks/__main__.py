"""python -m benchmarks [NAME ...]: measure, all of it or what is named."""

import argparse
import os
import platform
from collections.abc import Callable
from importlib.metadata import version

from benchmarks import graphql_nested, hot_item, place_order, rest_list
from benchmarks.load import Pace, generator
from benchmarks.servers import stockroom
from benchmarks.shop import Shop, open_shop

PROGRAMS: dict[str, Callable[[Shop, str, Pace], None]] = {
    "graphql-nested": graphql_nested.run,
    "rest-list": rest_list.run,
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
    chosen = parser.parse_args()
    if unknown := set(chosen.name) - PROGRAMS.keys():
        parser.error(f"no program is named {', '.join(sorted(unknown))}")
    pace = Pace(chosen.seconds, chosen.rounds, chosen.connections)
    print(_machine())
    with open_shop() as shop, stockroom(shop) as ours:
        for name in chosen.name or PROGRAMS:
            PROGRAMS[name](shop, ours, pace)


def _machine() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"Python {platform.python_version()}, {os.cpu_count()} processors, load now"
        f" {os.getloadavg()[0]:.1f}, requests by {generator()}\n{libraries}"
    )


if __name__ == "__main__":
    main()
