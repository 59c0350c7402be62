"""Rows that PostgreSQL writes as JSON, for answers that send them on as they are: Python makes no
object of them and no dict.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from itertools import chain
from typing import Any, TypeAlias, cast

from orjson import Fragment
from sqlalchemy import ColumnElement, Integer, Select, case, func, literal_column, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by

from api.domain.conditions import Condition, one_of
from api.domain.fields import Id
from api.domain.json_values import Leaf, Piece, constant, joined, leaf_in, value_of
from api.domain.lookups import Lookup
from api.domain.operations import AnyOperation
from api.domain.scope import Scope
from api.domain.selecting import Priced, Source, values_of, wire
from api.domain.statements import Statement

STATEMENTS = 200
"""Kept; whoever asks for ever new members pushes old ones out."""
FAMILIAR = 3
"""So often must an answer be asked for before PostgreSQL writes of it: a new statement takes
milliseconds to make, and memory in every connection.
"""
MOST_MEMBERS = 40
"""In one answer."""
MAX_KEYS = 1_000
"""Of each link in one statement."""
NONE = Fragment(b"[]")


@dataclass(frozen=True, slots=True)
class Constant:
    """JSON that is the same for every row."""

    json: str


@dataclass(frozen=True, slots=True)
class Own:
    """A field of the row."""

    name: str


@dataclass(frozen=True, slots=True)
class Led:
    """The one row that a field leads to, or null."""

    bulk: AnyOperation
    key: str
    members: "Members"


Members: TypeAlias = tuple[tuple[str, Constant | Own | Led], ...]
"""What is written of a row: the names and where the values come from, in order."""


def leaf_of(bulk: AnyOperation, field: str) -> Leaf | None:
    """How a field of what a bulk read finds stands in JSON, if PostgreSQL can write it."""
    source = bulk.lookup.source.sources.get(field) if bulk.lookup else None
    return None if source is None or isinstance(source, Priced) else leaf_in(source.type)


def words_of(bulk: AnyOperation, field: str) -> type[Enum]:
    """The members of a field that holds one of several words, which are their names."""
    kind: Any = bulk.lookup.source.column(field).type if bulk.lookup else None
    return cast("type[Enum]", kind.enum_class)


class Room:
    """How much PostgreSQL may still write for one answer."""

    def __init__(self, members: int = MOST_MEMBERS) -> None:
        self._left = members

    def take(self, members: Members) -> bool:
        """Whether there is room for these."""
        size = _size(members)
        if size > self._left:
            return False
        self._left -= size
        return True


def _size(members: Members) -> int:
    return sum(1 + _size(it.members) if isinstance(it, Led) else 1 for _, it in members)


@dataclass(frozen=True, eq=False)
class InJson:
    """A bulk read that gives JSON in place of rows."""

    bulk: AnyOperation
    lookup: Lookup[Any]
    members: Members

    @property
    def followed(self) -> Iterator[AnyOperation]:
        """The bulk reads that are part of it."""
        yield self.bulk
        yield from (led.bulk for led in _leads(self.members))


@lru_cache(maxsize=STATEMENTS)
def _written(bulk: AnyOperation, members: Members) -> InJson | None:
    lookup = bulk.lookup
    if lookup is None or not _fits(lookup.source, members):
        return None
    return InJson(bulk, lookup, members)


def written(bulk: AnyOperation, members: Members, room: Room) -> InJson | None:
    """The bulk read as PostgreSQL writes its answers, where it can and there is room."""
    read = _written(bulk, members)
    return read if read is not None and room.take(members) else None


@lru_cache(maxsize=STATEMENTS)
def together(*reads: InJson) -> AnyOperation:
    """One operation that does all these reads in one statement: it takes keys for each of them, and
    gives a dict for each. As many keys as there are, each is read once.
    """
    conditions = [one_of(f"keys_{n}", it.lookup.column) for n, it in enumerate(reads)]
    parts = [
        _select(it, condition).add_columns(literal_column(str(n), Integer))
        for n, (it, condition) in enumerate(zip(reads, conditions, strict=True))
    ]
    statement = Statement(union_all(*parts))

    async def read(scope: Scope, keys: Sequence[Iterable[Id | None]]) -> list[dict[Id, Fragment]]:
        for operation in chain.from_iterable(it.followed for it in reads):
            operation.authorize(scope)
        asked = [[key for key in dict.fromkeys(some) if key is not None] for some in keys]
        found: list[dict[Id, Fragment]] = [
            dict.fromkeys(ids, NONE) if it.bulk.gives_lists else {}
            for it, ids in zip(reads, asked, strict=True)
        ]
        for start in range(0, max(map(len, asked)), MAX_KEYS):
            some = [
                condition(ids[start : start + MAX_KEYS])
                for condition, ids in zip(conditions, asked, strict=True)
            ]
            for key, text, part in await scope.read(statement, values_of(some)):
                found[part][key] = Fragment(text)
        return found

    return replace(reads[0].bulk, function=read)


def _fits(source: Source[Any], members: Members) -> bool:
    """Whether each table stands in the statement once, and what is joined is one table: what is
    written takes that for granted.
    """
    led = [_lookup(value).source for value in _leads(members)]
    tables = [*source.tables, *(table for it in led for table in it.tables)]
    return len(set(tables)) == len(tables) and all(it.stands_alone for it in led)


def _leads(members: Members) -> Iterator[Led]:
    for _, value in members:
        if isinstance(value, Led):
            yield value
            yield from _leads(value.members)


def _lookup(led: Led) -> Lookup[Any]:
    if led.bulk.lookup is None:
        raise TypeError(f"{led.bulk.name} declares no lookup.")
    return led.bulk.lookup


def _select(read: InJson, which: Condition) -> Select[Any]:
    lookup, row = read.lookup, _record(read.lookup.source, read.members)
    rows = _joined(lookup.source.frame, lookup.source, read.members).where(which.sql)
    if not read.bulk.gives_lists:
        return rows.add_columns(wire(lookup.column), row)
    each = func.string_agg(row, aggregate_order_by(constant(","), *lookup.order_by))
    texts = func.concat(constant("["), each, constant("]"))
    return rows.add_columns(wire(lookup.column), texts).group_by(lookup.column)


def _joined(rows: Select[Any], source: Source[Any], members: Members) -> Select[Any]:
    for _, value in members:
        if isinstance(value, Led):
            there = _lookup(value)
            here = there.column == source.column(value.key)
            rows = _joined(rows.outerjoin(there.source.model, here), there.source, value.members)
    return rows


def _record(source: Source[Any], members: Members) -> ColumnElement[str]:
    pieces: list[Piece] = []
    for name, value in members:
        pieces.append(f"{',' if pieces else '{'}{json.dumps(name)}:")
        pieces += _value(source, value)
    return joined([*(pieces or ["{"]), "}"])


def _value(source: Source[Any], value: Constant | Own | Led) -> list[Piece]:
    if isinstance(value, Constant):
        return [value.json]
    if isinstance(value, Own):
        return value_of(source.column(value.name))
    led = _lookup(value)
    record = _record(led.source, value.members)
    return [case((led.column.is_not(None), record), else_=constant("null"))]
