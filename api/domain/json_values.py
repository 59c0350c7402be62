"""Values of columns as PostgreSQL writes them in JSON."""

from collections.abc import Sequence
from enum import Enum, auto
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    Integer,
    String,
    Text,
    case,
    func,
    literal_column,
)
from sqlalchemy import Enum as OneOf
from sqlalchemy import cast as as_type

from api.domain.base import PublicId
from api.domain.conditions import Column
from api.domain.selecting import wire

Piece: TypeAlias = str | Column
"""JSON is put together of text that is always the same, and of columns."""
PIECES = 90
"""Of one call: PostgreSQL takes a hundred arguments."""


class Leaf(Enum):
    """How a value stands in JSON."""

    ID = auto()
    TEXT = auto()
    WORD = auto()
    FLAG = auto()
    SMALL = auto()
    LARGE = auto()
    TIME = auto()


def value_of(column: Column) -> list[Piece]:
    """The column's value, or null."""
    pieces = _bare(column)
    if not getattr(column, "nullable", False):
        return pieces
    return [case((column.is_not(None), joined(pieces)), else_=constant("null"))]


def _bare(column: Column) -> list[Piece]:
    """A value that is there; text is quoted by PostgreSQL, all other quoted values are plain."""
    leaf = leaf_in(column.type)
    if leaf is Leaf.TEXT:
        return [func.to_json(column)]
    if leaf in (Leaf.SMALL, Leaf.LARGE):
        return [column]
    if leaf is Leaf.FLAG:
        return [as_type(column, Text)]
    if isinstance(column.type, PublicId):
        hex = func.encode(func.uuid_send(column), constant("hex"))
        return [f'"{column.type.word}_', hex, '"']
    return ['"', _time(column) if leaf is Leaf.TIME else wire(column), '"']


def _time(column: Column) -> ColumnElement[str]:
    """RFC 3339 in UTC, with six digits of a second or, where they are zeros, none."""
    utc = func.timezone(constant("UTC"), column)
    whole = func.date_trunc(constant("second"), utc) == utc
    exact, short = (f'YYYY-MM-DD"T"HH24:MI:SS{digits}"Z"' for digits in (".US", ""))
    return func.to_char(utc, case((whole, constant(short)), else_=constant(exact)))


def leaf_in(kind: Any) -> Leaf | None:
    """How values of a column of this type stand in JSON, if PostgreSQL can write them."""
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


def joined(pieces: Sequence[Piece]) -> ColumnElement[str]:
    """The pieces as one text."""
    parts: list[Column] = []
    fixed = ""
    for piece in pieces:
        if isinstance(piece, str):
            fixed += piece
            continue
        parts += [constant(fixed), piece] if fixed else [piece]
        fixed = ""
    parts += [constant(fixed)] if fixed else []
    while len(parts) > PIECES:
        parts = [func.concat(*parts[n : n + PIECES]) for n in range(0, len(parts), PIECES)]
    return func.concat(*parts)


def constant(text: str) -> ColumnElement[str]:
    """Text that is always the same."""
    return literal_column("'" + text.replace("'", "''") + "'", Text)
