"""Results as Markdown."""

from collections.abc import Iterable, Sequence

from benchmarks.report import Figure, Ratio, Report, Served


def table(report: Report) -> str:
    """Ratios with their goals, rates by server, and what else was measured."""
    parts = [
        _table(["program", "against", "ratio", "goal", ""], map(_ratio, report.ratios)),
        *(
            f"**{race.title}**\n\n" + _table(_RATES, map(_rates, race.served))
            for race in report.races
        ),
        _table(
            ["program", "measured", ""],
            ([f"`{f.program}`", f.what, f.text] for f in report.figures),
        ),
    ]
    return "\n".join(part for part in parts if part)


_RATES = ["server", "per second", "lowest-highest", "p50 / p99 ms"]


def _ratio(ratio: Ratio) -> list[str]:
    goal = ratio.goal
    met = "" if goal is None else ("reached" if goal.is_met(ratio.value) else "missed")
    name, reference = f"`{ratio.name}`", f"`{ratio.reference}`"
    return [name, reference, f"**{ratio.value:.3g}**", str(goal or ""), met]


def _rates(served: Served) -> list[str]:
    name = f"**{served.server}**" if served.is_ours else served.server
    between = f"{_short(min(served.rates))}-{_short(max(served.rates))}"
    times = [served.p50_ms, served.p99_ms]
    shown = " / ".join("-" if time is None else f"{time:.1f}" for time in times)
    return [name, _short(served.rate), between, shown]


def _figure(figure: Figure) -> list[str]:
    return [f"`{figure.program}`", figure.what, figure.text]


def _short(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.1f}"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in rows]
    if not lines:
        return ""
    ruler = f"|{'---|' * len(header)}"
    return "\n".join([f"| {' | '.join(header)} |", ruler, *lines, ""])
