"""Rows to JSON: what is wanted of a row class, as a compiled expression over many rows.

A dict display with the names written out takes half the time of a loop over fields, and of what a
serializer does with slotted dataclasses.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, get_type_hints

import orjson

from api.domain.fields import Id
from api.domain.json_rows import FAMILIAR, InJson, Room, written
from api.domain.links import LINKS, LIST_ITEMS, MAX_COST, CostLimitExceeded, Link
from api.domain.operations import AnyOperation
from rest.wanted import Part, Wanted, parts, wanted
from rest.written import members_of


@dataclass(frozen=True, slots=True)
class Step:
    """A link that is followed from the rows of a shape: their keys, what reads it, and what is sent
    of what it finds, unless PostgreSQL has written that.
    """

    link: Link
    keys: Callable[[Sequence[Any]], list[Id | None]]
    read: AnyOperation | InJson
    shape: "Shape"


@dataclass(slots=True)
class Shape:
    """What is sent of a row.

    `write` takes rows, and for each step a dict of what was written by key.
    """

    write: Callable[..., list[dict[str, Any]]]
    steps: tuple[Step, ...]
    cost: int
    _in_json: "Callable[[], Shape] | Shape | None" = None
    _asked: int = 0

    def judge(self, rows: int) -> None:
        """Refuse what would gather too much; rows alone are bounded by their page."""
        requested = rows * self.cost
        if self.steps and requested > MAX_COST:
            message = f"This answer may hold {requested} things; the maximum is {MAX_COST}."
            raise CostLimitExceeded(f"{message} Ask for fewer rows, or expand less.", requested)

    def familiar(self) -> "Shape":
        """This; or, asked for again and again, the same with what PostgreSQL writes."""
        self._asked += 1
        if self._in_json is None or self._asked <= FAMILIAR:
            return self
        if not isinstance(self._in_json, Shape):
            self._in_json = self._in_json()
        return self._in_json


@lru_cache(maxsize=1_000)
def shape_of(row: type, expand: str | None = None, fields: str | None = None) -> Shape:
    """The shape of an answer; raises ValidationFailed for what the row class does not have."""
    want = wanted(row, expand, fields)
    shape = _compiled(row, want, None)
    if shape.steps:
        shape._in_json = lambda: _in_json(row, want)
    return shape


def to_json(value: dict[str, Any]) -> bytes:
    """What was written, as it goes over the wire."""
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)


@dataclass
class _Written:
    """What PostgreSQL may write of a shape, and what became of it."""

    never: set[AnyOperation]
    room: Room = field(default_factory=Room)
    rows: set[AnyOperation] = field(default_factory=set)
    json: set[AnyOperation] = field(default_factory=set)

    def read_of(self, link: Link, want: Wanted) -> InJson | None:
        members = None if link.bulk in self.never else members_of(link, want)
        read = written(link.bulk, members, self.room) if members else None
        (self.rows if read is None else self.json).add(link.bulk)
        return read


def _in_json(row: type, want: Wanted) -> Shape:
    """The shape with what PostgreSQL writes; what must be rows in one place is rows in all of them,
    which share what they have read.
    """
    never = set[AnyOperation]()
    while True:
        by = _Written(never)
        shape = _compiled(row, want, by)
        if not by.rows & by.json:
            return shape
        never |= by.rows


def _compiled(row: type, want: Wanted, by: _Written | None) -> Shape:
    source = _Source(by)
    display = source.display(row, want, "row", "for row in rows", 1)
    found = "".join(f", found{n}" for n in range(len(source.steps)))
    write = _evaluated(f"lambda rows{found}: [{display} for row in rows]")
    return Shape(write, tuple(source.steps), source.cost)


def _evaluated(source: str) -> Any:
    return eval(source, {})  # noqa: S307  # made of the names of our own classes alone


class _Source:
    """The expression for one shape; the steps are numbered as they come."""

    def __init__(self, by: _Written | None) -> None:
        self.steps: list[Step] = []
        self._by = by
        self.cost = 1
        self._variables = 0

    def display(self, row: type, want: Wanted, at: str, loops: str, times: int) -> str:
        """One row as a dict; `loops` walk from `rows` to it, and it may stand there `times`."""
        hints = get_type_hints(row)
        sent = {}
        for name, part in parts(row).items():
            value = f"str({at}.{name})" if hints[name] is Decimal else f"{at}.{name}"
            if want.takes(name):
                below = want.of(name)
                sent[name] = self._part(value, part, below, loops, times) if part else value
        for name, link in LINKS.get(row, {}).items():
            if name in want.below:
                sent[name] = self._followed(link, at, want.of(name), loops, times)
        return f"{{{', '.join(f'{name!r}: {value}' for name, value in sent.items())}}}"

    def _part(self, value: str, part: Part, want: Wanted, loops: str, times: int) -> str:
        self._variables += 1
        at = f"row{self._variables}"
        if part.many:
            inner = f"for {at} in {value}"
            display = self.display(part.row, want, at, f"{loops} {inner}", times * LIST_ITEMS)
            return f"[{display} {inner}]"
        only = f"for {at} in ({value},) if {at} is not None"
        display = self.display(part.row, want, at, f"{loops} {only}", times)
        return f"{display} if ({at} := {value}) is not None else None"

    def _followed(self, link: Link, at: str, want: Wanted, loops: str, times: int) -> str:
        read = self._by.read_of(link, want) if self._by else None
        shape = _compiled(link.row, want, None if read else self._by)
        keys = _evaluated(f"lambda rows: [{at}.{link.key} {loops}]")
        self.steps.append(Step(link, keys, read or link.bulk, shape))
        self.cost += times * shape.cost * (LIST_ITEMS if link.many else 1)
        default = ", ()" if link.many else ""
        return f"found{len(self.steps) - 1}.get({at}.{link.key}{default})"
