"""What still works under an old name, and until when: declared once, told by both faces."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Deprecation:
    """An argument of an operation that has another name now."""

    operation: str
    name: str
    instead: str
    since: date
    sunset: date

    @property
    def reason(self) -> str:
        """What to do about it, and by when."""
        return f"Use `{self.instead}`; sunset {self.sunset}."


DEPRECATIONS = (
    Deprecation("list_items", "search", "q", since=date(2026, 11, 22), sunset=date(2027, 6, 30)),
)


def _by_operation(all: Iterable[Deprecation]) -> Mapping[str, tuple[Deprecation, ...]]:
    found: defaultdict[str, list[Deprecation]] = defaultdict(list)
    for deprecation in all:
        found[deprecation.operation].append(deprecation)
    return {name: tuple(several) for name, several in found.items()}


DEPRECATED = _by_operation(DEPRECATIONS)
"""By operation."""
