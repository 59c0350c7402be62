"""Filters as callers send them, read against what a list declares: shape, values, and faults, in
the same words on both faces.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pydantic import TypeAdapter, ValidationError

from api.domain.actors import Permission
from api.domain.conditions import Applied, beginning_with, within
from api.domain.errors import Fault, ValidationFailed
from api.domain.filters.declaring import Column, Fields, Flag, Part, Through, Way
from api.domain.filters.errors import UnknownFilter
from api.domain.filters.kinds import GROUPS, MANY, YES_OR_NO, Kind
from api.domain.filters.writing import (
    All,
    Any_,
    Compared,
    Flagged,
    Led,
    Node,
    Not,
    Null,
    Tree,
    value_name,
)

MAX_CONDITIONS = 50
MAX_DEPTH = 5
MAX_WAYS = 10  # each is a subquery, which takes SQLAlchemy long to write
_MAX_TREES = 2 * MAX_CONDITIONS  # what holds no condition is no work for SQL, but it is for us
_PATTERNS = {"contains": within, "starts_with": beginning_with}
At: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filtered:
    """A filter that may be asked: its condition, and the permissions to know what it asks about."""

    condition: Applied
    needs: frozenset[Permission]


def read(fields: Fields, sent: Any, at: At = ("where",)) -> Filtered:
    """The filter that a caller sent; raises UnknownFilter for a name that is not declared, and
    ValidationFailed with every value that is wrong.
    """
    reading = _Reading()
    node = reading.tree(fields, sent, at, 0)
    if reading.faults:
        raise ValidationFailed.of(reading.faults)
    return Filtered(Applied(Tree(fields, node), reading.values), frozenset(reading.needs))


@dataclass
class _Reading:
    """One walk over a tree; it stops where the tree is too large to go on."""

    values: dict[str, Any] = field(default_factory=dict)
    needs: set[Permission] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    _conditions: int = 0
    _trees: int = 0
    _ways: int = 0

    def tree(self, fields: Fields, sent: Any, at: At, depth: int) -> Node:
        """All that an object of a filter says."""
        self._trees += 1
        self._judge(at, depth)
        entries = self._entries(sent, at)
        return All(
            tuple(n for name, it in entries for n in self._nodes(fields, name, it, at, depth))
        )

    def _nodes(self, fields: Fields, name: str, sent: Any, at: At, depth: int) -> Iterator[Node]:
        here = (*at, name)
        if name in GROUPS:
            yield self._group(fields, name, sent, here, depth)
            return
        part = fields.parts.get(name)
        if part is None:
            raise UnknownFilter.at(name, fields.type_name)
        if isinstance(part, Way):
            yield from self._way(part, sent, here, depth)
            return
        kind = fields.kinds[name]
        for operator, value in self._entries(sent, here):
            self._conditions += 1
            self._judge(at, depth)
            if operator not in kind.operators:
                raise UnknownFilter.at(operator, f"{kind.name}Filter")
            yield from self._condition(fields, part, kind, operator, value, (*here, operator))

    def _group(self, fields: Fields, name: str, sent: Any, at: At, depth: int) -> Node:
        if name == "NOT":
            return Not(self.tree(fields, sent, at, depth + 1))
        if not isinstance(sent, list):
            self._fault(at, "list_type", "Expected a list.")
            return All(())
        trees = tuple(self.tree(fields, it, (*at, str(n)), depth + 1) for n, it in enumerate(sent))
        return All(trees) if name == "AND" else Any_(trees)

    def _way(self, way: Way, sent: Any, at: At, depth: int) -> Iterator[Node]:
        fields = way.fields()
        if way.needs is not None:
            self.needs.add(way.needs)
        if not way.many:
            self._count_way(at)
            yield Led(way, "some", self.tree(fields, sent, at, depth + 1))
            return
        for how, inner in self._entries(sent, at):
            if how not in MANY:
                raise UnknownFilter.at(how, f"{fields.name}ListFilter")
            self._count_way(at)
            yield Led(way, how, self.tree(fields, inner, (*at, how), depth + 1))

    def _condition(
        self, fields: Fields, part: Part, kind: Kind, operator: str, sent: Any, at: At
    ) -> Iterator[Node]:
        if isinstance(part, Through):
            self._count_way(at)
            way = fields.way(part.way)
            there = way.fields()
            for node in self._condition(there, there.parts[part.name], kind, operator, sent, at):
                yield Led(way, "some", node)
            return
        if operator == "is_null":
            checks: TypeAdapter[Any] = YES_OR_NO
        else:
            checks = kind.several if operator in ("in", "nin") else kind.one
        try:
            value = checks.validate_python(sent)
        except ValidationError as error:
            for entry in error.errors(
                include_url=False, include_input=False, include_context=False
            ):
                self._fault((*at, *map(str, entry["loc"])), entry["type"], entry["msg"])
            return
        if isinstance(part, Flag):
            yield Flagged(part, value is (operator == "eq"))
        elif isinstance(part, Column):
            yield self._compared(part, operator, value)

    def _compared(self, column: Column, operator: str, value: Any) -> Node:
        if operator == "is_null":
            return Null(column, value)
        pattern = _PATTERNS.get(operator)
        self.values[value_name(len(self.values))] = pattern(value) if pattern else value
        return Compared(column, operator)

    def _entries(self, sent: Any, at: At) -> Iterator[tuple[str, Any]]:
        if not isinstance(sent, dict):
            self._fault(at, "dict_type", "Expected an object.")
            return
        for name, value in sent.items():
            if value is None:
                message = "Send a value or leave it out; is_null finds what has none."
                self._fault((*at, name), "null", message)
            else:
                yield name, value

    def _judge(self, at: At, depth: int) -> None:
        if depth > MAX_DEPTH:
            message = f"A filter may be {MAX_DEPTH} objects deep at most."
            raise ValidationFailed.of([Fault(list(at[:1]), "too_deep", message)])
        if self._conditions > MAX_CONDITIONS or self._trees > _MAX_TREES:
            message = f"A filter may have {MAX_CONDITIONS} conditions at most."
            raise ValidationFailed.of([Fault(list(at[:1]), "too_long", message)])

    def _count_way(self, at: At) -> None:
        self._ways += 1
        if self._ways > MAX_WAYS:
            message = f"A filter may lead to other things {MAX_WAYS} times at most."
            raise ValidationFailed.of([Fault(list(at[:1]), "too_long", message)])

    def _fault(self, at: At, code: str, message: str) -> None:
        self.faults.append(Fault(list(at), code, message))
        if len(self.faults) > ValidationFailed.most:
            raise ValidationFailed.of(self.faults)
