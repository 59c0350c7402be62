"""Rows that PostgreSQL writes as JSON, for answers that send them on as they are: Python makes no
object of them and no dict.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import lru_cache
from itertools import chain
from typing import Any, TypeAlias, cast

from orjson import Fragment
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    Integer,
    Select,
    String,
    Text,
    case,
    func,
    literal_column,
    union_all,
)
from sqlalchemy import Enum as OneOf
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.postgresql import aggregate_order_by

from api.domain.base import PublicId
from api.domain.conditions import Column, Condition, one_of
from api.domain.fields import Id
from api.domain.lookups import Lookup
from api.domain.operations import AnyOperation
from api.domain.scope import Scope
from api.domain.selecting import Priced, Source, values_of, wire
from api.domain.statements import Statement

STATEMENTS = 1_000
"""Kept; whoever asks for ever new members pushes old ones out."""
MAX_KEYS = 1_000
"""Of each link in one statement."""
PIECES = 90
"""Of one call: PostgreSQL takes a hundred arguments."""
NONE = Fragment(b"[]")


class Leaf(Enum):
    """How a value stands in JSON."""

    ID = auto()
    TEXT = auto()
    WORD = auto()
    FLAG = auto()
    SMALL = auto()
    LARGE = auto()
    TIME = auto()


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
_Piece: TypeAlias = str | Column


def leaf_of(bulk: AnyOperation, field: str) -> Leaf | None:
    """How a field of what a bulk read finds stands in JSON, if PostgreSQL can write it."""
    source = bulk.lookup.source.sources.get(field) if bulk.lookup else None
    return None if source is None or isinstance(source, Priced) else _leaf(source.type)


def words_of(bulk: AnyOperation, field: str) -> type[Enum]:
    """The members of a field that holds one of several words, which are their names."""
    kind: Any = bulk.lookup.source.column(field).type if bulk.lookup else None
    return cast("type[Enum]", kind.enum_class)


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
def written(bulk: AnyOperation, members: Members) -> InJson | None:
    """The bulk read as PostgreSQL writes its answers, where it can."""
    lookup = bulk.lookup
    if lookup is None or not _fits(lookup.source, members):
        return None
    return InJson(bulk, lookup, members)


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
    each = func.string_agg(row, aggregate_order_by(_constant(","), *lookup.order_by))
    texts = func.concat(_constant("["), each, _constant("]"))
    return rows.add_columns(wire(lookup.column), texts).group_by(lookup.column)


def _joined(rows: Select[Any], source: Source[Any], members: Members) -> Select[Any]:
    for _, value in members:
        if isinstance(value, Led):
            there = _lookup(value)
            here = there.column == source.column(value.key)
            rows = _joined(rows.outerjoin(there.source.model, here), there.source, value.members)
    return rows


def _record(source: Source[Any], members: Members) -> ColumnElement[str]:
    pieces: list[_Piece] = []
    for name, value in members:
        pieces.append(f"{',' if pieces else '{'}{json.dumps(name)}:")
        pieces += _value(source, value)
    return _concat([*(pieces or ["{"]), "}"])


def _value(source: Source[Any], value: Constant | Own | Led) -> list[_Piece]:
    if isinstance(value, Constant):
        return [value.json]
    if isinstance(value, Own):
        return _column(source.column(value.name))
    led = _lookup(value)
    record = _record(led.source, value.members)
    return [case((led.column.is_not(None), record), else_=_constant("null"))]


def _column(column: Column) -> list[_Piece]:
    pieces = _bare(column)
    if not getattr(column, "nullable", False):
        return pieces
    return [case((column.is_not(None), _concat(pieces)), else_=_constant("null"))]


def _bare(column: Column) -> list[_Piece]:
    """A value that is there; text is quoted by PostgreSQL, all other quoted values are plain."""
    leaf = _leaf(column.type)
    if leaf is Leaf.TEXT:
        return [func.to_json(column)]
    if leaf in (Leaf.SMALL, Leaf.LARGE):
        return [column]
    if leaf is Leaf.FLAG:
        return [as_type(column, Text)]
    if isinstance(column.type, PublicId):
        hex = func.encode(func.uuid_send(column), _constant("hex"))
        return [f'"{column.type.word}_', hex, '"']
    return ['"', _time(column) if leaf is Leaf.TIME else wire(column), '"']


def _time(column: Column) -> ColumnElement[str]:
    """RFC 3339 in UTC, with six digits of a second or, where they are zeros, none."""
    utc = func.timezone(_constant("UTC"), column)
    whole = func.date_trunc(_constant("second"), utc) == utc
    exact, short = (f'YYYY-MM-DD"T"HH24:MI:SS{digits}"Z"' for digits in (".US", ""))
    return func.to_char(utc, case((whole, _constant(short)), else_=_constant(exact)))


def _leaf(kind: Any) -> Leaf | None:
    if isinstance(kind, OneOf):
        return Leaf.WORD if kind.enum_class is not None else None
    leaves: dict[type, Leaf] = {
        PublicId: Leaf.ID,
        String: Leaf.TEXT,
        Boolean: Leaf.FLAG,
        BigInteger: Leaf.LARGE,
        Integer: Leaf.SMALL,
        DateTime: Leaf.TIME,
    }
    return next((leaf for known, leaf in leaves.items() if isinstance(kind, known)), None)


def _concat(pieces: Sequence[_Piece]) -> ColumnElement[str]:
    joined: list[Column] = []
    fixed = ""
    for piece in pieces:
        if isinstance(piece, str):
            fixed += piece
            continue
        joined += [_constant(fixed), piece] if fixed else [piece]
        fixed = ""
    joined += [_constant(fixed)] if fixed else []
    while len(joined) > PIECES:
        joined = [func.concat(*joined[n : n + PIECES]) for n in range(0, len(joined), PIECES)]
    return func.concat(*joined)


def _constant(text: str) -> ColumnElement[str]:
    return literal_column("'" + text.replace("'", "''") + "'", Text)
