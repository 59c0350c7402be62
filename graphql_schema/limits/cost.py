"""What an operation will cost, as far as its text can tell and its variables complete."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeAlias

from graphql import IntValueNode, ListValueNode, ObjectValueNode, ValueNode, VariableNode

from api.domain.weights import rows_in

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


@dataclass(frozen=True)
class Sent:
    """The rows that a command is sent in its input; none where they are more than it takes."""

    input: ValueNode | None
    most: int

    def size(self, variables: Mapping[str, object]) -> int:
        sent = rows_in(_sent(self.input, variables))
        return sent if sent <= self.most else 0


class Holds(Enum):
    """How long a list is that belongs to a command's answer."""

    EACH_SENT = "each row that was sent"
    AT_MOST_ONE = "one or none"


Times: TypeAlias = Page | Sent | int


def _sent(node: ValueNode | None, variables: Mapping[str, object]) -> Any:
    """As much of a value as it takes to count its rows."""
    if isinstance(node, VariableNode):
        return variables.get(node.name.value)
    if isinstance(node, ObjectValueNode):
        return {part.name.value: _sent(part.value, variables) for part in node.fields}
    return node.values if isinstance(node, ListValueNode) else None


def default_of(node: ValueNode) -> Any:
    """As much of a variable's default as it takes to count rows."""
    return written_rows(node.value) if isinstance(node, IntValueNode) else _sent(node, {})


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
    terms: list[tuple[Times, "Cost"]] = field(default_factory=list)

    def add(self, other: "Cost", times: Times = 1) -> None:
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
