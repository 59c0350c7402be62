"""What one run measured: told at once line by line, and at the end as tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.goals import GOALS, Goal
from benchmarks.load import Load


@dataclass(frozen=True)
class Served:
    """A server's rounds in one program."""

    server: str
    rounds: Sequence[Load]
    is_ours: bool

    @property
    def rates(self) -> list[float]:
        """How many answers a second, round by round."""
        return [load.rate for load in self.rounds]

    @property
    def rate(self) -> float:
        """The median of the rounds."""
        return median(self.rates)

    @property
    def p50_ms(self) -> float | None:
        """Half of the answers came sooner."""
        return _middle([load.p50_ms for load in self.rounds])

    @property
    def p99_ms(self) -> float | None:
        """One answer of a hundred came later."""
        return _middle([load.p99_ms for load in self.rounds])

    @property
    def refused(self) -> int:
        """How many requests were refused."""
        return sum(load.refused for load in self.rounds)


@dataclass(frozen=True)
class Race:
    """What servers did that took turns."""

    title: str
    served: Sequence[Served]
    plotted: bool = True


@dataclass(frozen=True)
class Figure:
    """Something measured that is no rate of answers, with its unit."""

    program: str
    what: str
    text: str


@dataclass(frozen=True)
class Ratio:
    """How much of a reference was reached."""

    name: str
    reference: str
    value: float

    @property
    def goal(self) -> Goal | None:
        """What is to be reached, if anything was set."""
        return GOALS.get((self.name.partition("/")[0], self.reference))

    def __str__(self) -> str:
        return f"{self.name} vs {self.reference}: {self.value:.3f}"


@dataclass
class Report:
    """All that one run measured."""

    races: list[Race] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    ratios: list[Ratio] = field(default_factory=list)

    def raced(self, race: Race) -> None:
        """Tell what the servers of a race did."""
        self.races.append(race)
        columns = [f"{name:>10}" for name in ("lowest", "highest", "p50 ms", "p99 ms")]
        print(f"{'':<24}{'per second':>12}{''.join(columns)}{'refused':>9}")
        for served in race.served:
            row = f"{served.server:<24}{served.rate:>12.1f}"
            row += f"{min(served.rates):>10.1f}{max(served.rates):>10.1f}"
            for time in (served.p50_ms, served.p99_ms):
                row += f"{'-':>10}" if time is None else f"{time:>10.1f}"
            print(f"{row}{served.refused:>9}", flush=True)

    def found(self, program: str, what: str, text: str) -> None:
        """Tell a figure."""
        self.figures.append(Figure(program, what, text))
        print(f"{what}: {text}", flush=True)

    def compared(self, name: str, reference: str, value: float) -> None:
        """Tell a ratio."""
        self.ratios.append(Ratio(name, reference, value))
        print(self.ratios[-1], flush=True)


def _middle(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None
