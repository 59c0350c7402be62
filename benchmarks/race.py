"""Measuring things in turn, so that what else the machine does falls on all of them alike."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median

from benchmarks.load import Load, Pace, Runner


def race(title: str, runners: Mapping[str, Runner], pace: Pace, versus: Sequence[str]) -> None:
    """Run them in turn and print figures; then, for every runner that is not
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
    columns = [f"{name:>10}" for name in ("lowest", "highest", "p50 ms", "p99 ms")]
    print(f"{'':<24}{'per second':>12}{''.join(columns)}{'refused':>9}")
    for name, rounds in loads.items():
        print(_row(name, rounds))
    for reference in versus:
        for name in runners:
            if name not in versus:
                print(f"{name} vs {reference}: {_ratio(loads[name], loads[reference]):.3f}")


def _row(name: str, rounds: Sequence[Load]) -> str:
    rates = [load.rate for load in rounds]
    row = f"{name:<24}{median(rates):>12.1f}{min(rates):>10.1f}{max(rates):>10.1f}"
    for times in ([load.p50_ms for load in rounds], [load.p99_ms for load in rounds]):
        known = [time for time in times if time is not None]
        row += f"{median(known):>10.1f}" if known else f"{'-':>10}"
    return f"{row}{sum(load.refused for load in rounds):>9}"


def _ratio(ours: Sequence[Load], theirs: Sequence[Load]) -> float:
    """The median over the rounds: neighbors in time are compared with each other."""
    return median(our.rate / their.rate for our, their in zip(ours, theirs, strict=True))
