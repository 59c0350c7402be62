"""Measuring things in turn, so that what else the machine does falls on all of them alike."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median

from benchmarks.load import Load, Pace, Runner
from benchmarks.report import Race, Report, Served


def race(
    report: Report, title: str, runners: Mapping[str, Runner], pace: Pace, versus: Sequence[str]
) -> None:
    """Run them in turn and tell figures; then, for every runner that is not
    itself a reference, its share of each reference in `versus`.
    """
    print(f"\n{title}", flush=True)
    print(f"{pace.connections} connections, {pace.rounds} rounds of {pace.seconds:g} s each")
    for run in runners.values():
        run(replace(pace, seconds=min(pace.seconds, 3)))  # warms up
    loads = {name: list[Load]() for name in runners}
    for _ in range(pace.rounds):
        for name, run in runners.items():
            loads[name].append(run(pace))
    served = [Served(name, rounds, name not in versus) for name, rounds in loads.items()]
    report.raced(Race(title, served))
    for reference in versus:
        for name in runners:
            if name not in versus:
                report.compared(name, reference, _ratio(loads[name], loads[reference]))


def _ratio(ours: Sequence[Load], theirs: Sequence[Load]) -> float:
    """The median over the rounds: neighbors in time are compared with each other."""
    return median(our.rate / their.rate for our, their in zip(ours, theirs, strict=True))
