"""What an operation will cost, as far as its text can tell and its variables complete."""

from collections.abc import Mapping
from dataclasses import dataclass, field

CEILING = 1_000_000_000
"""Totals stop here: fragments that double could otherwise name numbers of any length."""


@dataclass(frozen=True)
class Page:
    """The rows one page may hold; unknown until the request's variables are."""

    stated: int
    variables: tuple[str, ...]
    otherwise: int

    def size(self, variables: Mapping[str, object]) -> int:
        given = [self.stated, *(rows(variables.get(name)) for name in self.variables)]
        return max(given) or self.otherwise


def rows(value: object) -> int:
    """A page size as GraphQL will read it: 200.0 is an Int there, true and "200" are not."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    return int(min(max(value, 0), CEILING))


def written_rows(digits: str) -> int:
    """The same of a literal, which may have more digits than Python agrees to read."""
    return rows(int(digits)) if len(digits) <= len(str(CEILING)) else CEILING


@dataclass(slots=True)
class Cost:
    """A sum of which the part that waits for variables is kept apart, shared, not copied."""

    fixed: int = 0
    terms: list[tuple["Page | int", "Cost"]] = field(default_factory=list)

    def add(self, other: "Cost", times: Page | int = 1) -> None:
        if isinstance(times, int) and not other.terms:
            self.fixed = min(self.fixed + times * other.fixed, CEILING)
        elif other.terms or other.fixed:
            self.terms.append((times, other))

    def total(self, variables: Mapping[str, object]) -> int:
        return _total(self, variables, {}) if self.terms else self.fixed


def _total(cost: Cost, variables: Mapping[str, object], known: dict[int, int]) -> int:
    """Each shared part is added up once, so the work is linear in the document."""
    if (ready := known.get(id(cost))) is not None:
        return ready
    total = cost.fixed
    for times, part in cost.terms:
        count = times if isinstance(times, int) else times.size(variables)
        total = min(total + count * _total(part, variables, known), CEILING)
    known[id(cost)] = total
    return total
