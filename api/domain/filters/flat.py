"""Filters in a query string: `status=OPEN&status=PAID`, `created_at.gte=...`, all of which must
hold.

A bare name stands for `eq`, or for `in` where it comes more than once; so `ne` for `nin`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from api.domain.errors import Fault, ValidationFailed
from api.domain.filters.declaring import Column, Fields, Flag, Through
from api.domain.filters.errors import UnknownFilter
from api.domain.filters.kinds import OPERATORS, Kind, truth
from api.domain.filters.reading import Filtered, read

_SEVERAL = {"eq": "in", "ne": "nin"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a query string, and where its value stands in the tree."""

    name: str
    path: tuple[str, ...]
    operator: str
    kind: Kind
    description: str

    @property
    def repeated(self) -> bool:
        """Whether it may come more than once."""
        return self.operator in _SEVERAL and self.kind.name != "Boolean"

    def put(self, tree: dict[str, Any], texts: list[str]) -> None:
        """Write its value into the tree."""
        node = tree
        for step in self.path:
            node = node.setdefault(step, {})
        from_text = truth if self.operator == "is_null" else self.kind.from_text
        values = [from_text(text) for text in texts]
        if len(values) > 1:
            node[_SEVERAL[self.operator]] = values
        else:
            node[self.operator] = values[0]


@cache
def parameters(fields: Fields) -> dict[str, Parameter]:
    """Every parameter by its name."""
    return {it.name: it for it in _all(fields)}


def _all(fields: Fields) -> Iterator[Parameter]:
    for name, part in fields.parts.items():
        if isinstance(part, Column | Flag | Through):
            yield from _of_field(fields, name, (name,), name)
            continue
        inside = part.fields()
        path = (part.name, "some") if part.many else (part.name,)
        for below in part.flat:
            yield from _of_field(inside, below, (*path, below), ".".join((*path, below)))


def _of_field(fields: Fields, name: str, path: tuple[str, ...], shown: str) -> Iterator[Parameter]:
    part, kind = fields.parts[name], fields.kinds[name]
    if isinstance(part, Flag):
        yield Parameter(shown, path, "eq", kind, part.description)
        return
    for operator in kind.operators:
        if operator in _SEVERAL.values() or (operator == "is_null" and not _nullable(fields, name)):
            continue
        at = shown if operator == "eq" else f"{shown}.{operator}"
        said = OPERATORS[_SEVERAL.get(operator, operator) if kind.name != "Boolean" else operator]
        yield Parameter(at, path, operator, kind, said)


def _nullable(fields: Fields, name: str) -> bool:
    part = fields.parts[name]
    return isinstance(part, Column) and fields.nullable(part)


def unknown(fields: Fields, name: str) -> UnknownFilter:
    """The refusal of a parameter that is not declared, in the words that a tree would get."""
    field, _, operator = name.rpartition(".")
    known = parameters(fields).get(field)
    if known and operator in known.kind.operators:
        return UnknownFilter(_otherwise(known, operator), operator)
    return UnknownFilter.at(
        operator if known else name, f"{(known.kind if known else fields).name}Filter"
    )


def _otherwise(known: Parameter, operator: str) -> str:
    """How a query string says what only a tree has an operator for."""
    field = known.name
    if operator == "is_null":
        return f"There is no {field}.is_null: {field} is never empty."
    bare = "ne" if operator == "nin" else "eq"
    name = field if bare == "eq" else f"{field}.{bare}"
    several = ", once for each value" if operator in _SEVERAL.values() else ""
    return f"There is no {field}.{operator}: write {name}={several}."


def read_flat(fields: Fields, sent: Mapping[str, str | list[str]]) -> Filtered:
    """The filter that the parameters of a query string make; its faults are named as they are."""
    tree: dict[str, Any] = {}
    known = parameters(fields)
    for name, value in sent.items():
        known[name].put(tree, [value] if isinstance(value, str) else value)
    try:
        return read(fields, tree, ())
    except ValidationFailed as refused:
        raise ValidationFailed.of([_named(it) for it in refused.errors]) from None


def _named(fault: Fault) -> Fault:
    """A fault at the parameter that made it."""
    steps = [step for step in fault.path if step not in ("eq", "in")]
    numbers = [step for step in steps if step.isdigit()]
    name = ".".join("ne" if step == "nin" else step for step in steps if not step.isdigit())
    return Fault([name, *numbers], fault.code, fault.message)
