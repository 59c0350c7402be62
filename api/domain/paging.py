"""Pages of a list by keyset: a cursor holds the sort values of its row, signed, and is good on both
faces.
"""

import base64
import hmac
import json
from binascii import b2a_base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from typing import Any, Generic, TypeVar, overload

import orjson
from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from api.domain.conditions import Applied, Column, Condition
from api.domain.errors import InvalidCursor, ValidationFailed
from api.domain.scope import Scope
from api.domain.selecting import Source, conditions_of, values_of, wire
from api.domain.statements import Statement

T = TypeVar("T")

DEFAULT_LIMIT = 50
MAX_LIMIT = 200
MAX_SORT_KEYS = 4
COUNT_LIMIT = 10_000
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of an order: a sortable field's name, and which way."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is wanted: `limit` rows after or before a cursor, in an order; rows, the
    count, or both.
    """

    limit: int = DEFAULT_LIMIT
    after: str | None = None
    before: str | None = None
    backward: bool = False
    order_by: tuple[SortKey, ...] = ()
    count: bool = False

    @classmethod
    def of(  # the arguments of a connection
        cls,
        first: int | None = None,
        last: int | None = None,
        after: str | None = None,
        before: str | None = None,
        order_by: Sequence[SortKey] = (),
        count: bool = False,
    ) -> "Window":
        """A window from a caller's arguments; refuses sizes out of range and contradictions."""
        if first is not None and last is not None:
            raise ValidationFailed.at(["last"], "contradiction", "Send first or last, not both.")
        if after is not None and before is not None:
            raise ValidationFailed.at(
                ["before"], "contradiction", "Send after or before, not both."
            )
        if len(order_by) > MAX_SORT_KEYS:
            message = f"Sort by {MAX_SORT_KEYS} fields at most."
            raise ValidationFailed.at(["order_by"], "too_long", message)
        backward = last is not None or (before is not None and first is None)
        name, limit = ("last", last) if last is not None else ("first", first)
        if limit is None:
            limit = DEFAULT_LIMIT
        if not 0 <= limit <= MAX_LIMIT:
            raise ValidationFailed.at(
                [name], "out_of_range", f"Ask for 0 to {MAX_LIMIT} rows, not {limit}."
            )
        return cls(limit, after, before, backward, tuple(order_by), count)


@dataclass(slots=True)
class Page(Generic[T]):
    """Some rows of a list in its order, each with its cursor, and whether there are more on either
    side.
    """

    rows: list[T]
    cursors: Sequence[str]
    has_next: bool
    has_previous: bool
    total_count: int | None = None


@dataclass(frozen=True)
class Listing(Generic[T]):
    """A list that can be paged: where its rows come from, its tie-breaker, and what it may be
    sorted by.

    Sortable columns are NOT NULL. `default` is the order of a caller who asks for none.
    """

    name: str
    source: Source[T]
    id: InstrumentedAttribute[Any]
    sortable: dict[str, InstrumentedAttribute[Any]]
    default: tuple[SortKey, ...]

    async def page(
        self, scope: Scope, where: Sequence[Applied], window: Window, seal: str = ""
    ) -> Page[T]:
        """One window of the rows that fulfil `where`; one statement, one more when the count is
        asked for. Cursors are good wherever the `seal` is the same.
        """
        order = window.order_by or self.default
        keys = self._keys(order)
        total = await self._count(scope, where) if window.count else None
        if window.limit == 0:
            return Page([], [], False, False, total)
        sealed = _seal(scope.keyring.cursors, self.name + seal, order)
        values = {**values_of(where), "limit": window.limit + 1}
        for cursor, side in ((window.after, "after"), (window.before, "before")):
            if cursor is not None:
                values |= _named(side, sealed.read(cursor, keys))
        statement = self._statement(conditions_of(where), order, window)
        found = await scope.read(statement, values)
        more = len(found) > window.limit
        found = found[: window.limit]
        if window.backward:
            found.reverse()
        width = len(self.source.columns)
        cursors = _Cursors(sealed, [record[width:] for record in found])
        came = window.after is not None or window.before is not None
        ahead, behind = (came, more) if window.backward else (more, came)
        return Page(self.source.make(found), cursors, ahead, behind, total)

    def directions(
        self, order: Sequence[SortKey], backward: bool = False
    ) -> list[ColumnElement[Any]]:
        """The ORDER BY, the tie-breaker included; refuses fields that the list is not sorted by."""
        return [
            column.desc() if descending != backward else column.asc()
            for column, descending in self._keys(order)
        ]

    def _keys(self, order: Sequence[SortKey]) -> list[tuple[Column, bool]]:
        named: list[tuple[Column, bool]] = [(self._column(key), key.descending) for key in order]
        return [*named, (self.id, order[-1].descending)]

    def _column(self, key: SortKey) -> Column:
        try:
            return self.sortable[key.field]
        except KeyError:
            known = ", ".join(sorted(self.sortable))
            message = f"{self.name} cannot be sorted by {key.field}, only by {known}."
            raise ValidationFailed.at(["order_by"], "unknown_sort", message) from None

    def _statement(
        self, where: tuple[Condition, ...], order: tuple[SortKey, ...], window: Window
    ) -> Statement:
        """What follows the columns of the row are the values that its cursor holds."""
        sides = {
            side: cursor is not None
            for side, cursor in (("after", window.after), ("before", window.before))
        }

        def write() -> Select[*tuple[Any, ...]]:
            keys = self._keys(order)
            statement = self.source.statement.add_columns(*(wire(column) for column, _ in keys))
            beyond = [_beyond(keys, side) for side, given in sides.items() if given]
            rows = statement.where(*(it.sql for it in where), *beyond)
            rows = rows.order_by(*self.directions(order, window.backward))
            return rows.limit(bindparam("limit", type_=BigInteger))

        return self.source.shaped(
            (self.name, where, order, window.backward, *sides.values()), write
        )

    async def _count(self, scope: Scope, where: Sequence[Applied]) -> int:
        """How many rows there are; exact up to `COUNT_LIMIT`, which is answered for more."""
        asked = conditions_of(where)

        def write() -> Select[*tuple[Any, ...]]:
            rows = self.source.statement.with_only_columns(self.id)
            some = rows.where(*(it.sql for it in asked)).limit(COUNT_LIMIT).subquery()
            return select(func.count()).select_from(some)

        statement = self.source.shaped(("count", asked), write)
        return int((await scope.read(statement, values_of(where)))[0][0])


def _beyond(keys: Sequence[tuple[Column, bool]], side: str) -> ColumnElement[bool]:
    """Rows after (or before) the one whose sort values are given, each key in its own direction."""
    values = [bindparam(f"{side}_{n}", type_=column.type) for n, (column, _) in enumerate(keys)]
    descends = [descending != (side == "before") for _, descending in keys]
    columns = [column for column, _ in keys]
    if len(set(descends)) == 1:  # as one comparison, which an index answers
        ours, theirs = tuple_(*columns), tuple_(*values)
        return ours < theirs if descends[0] else ours > theirs
    either: list[ColumnElement[bool]] = []
    for n, column in enumerate(columns):
        same = [earlier == value for earlier, value in zip(columns[:n], values[:n], strict=True)]
        either.append(and_(*same, column < values[n] if descends[n] else column > values[n]))
    return or_(*either)


def _named(side: str, values: Sequence[Any]) -> dict[str, Any]:
    return {f"{side}_{n}": value for n, value in enumerate(values)}


class _Seal:
    """Writes and reads the cursors of one list in one order, under an HMAC (RFC 2104) whose keyed
    beginnings are kept: a page seals as many cursors as it has rows.
    """

    def __init__(self, secret: bytes, name: str, order: tuple[SortKey, ...]) -> None:
        key = secret.ljust(64, b"\0")
        told = json.dumps([name, [[it.field, it.descending] for it in order]])
        self._inner = sha256(bytes(byte ^ 0x36 for byte in key) + told.encode() + b"\0")
        self._outer = sha256(bytes(byte ^ 0x5C for byte in key))

    def write(self, values: Sequence[Any]) -> str:
        body = orjson.dumps(values)
        text = b2a_base64(self._sign(body) + body)
        return text.translate(_URL_SAFE, b"=\n").decode()

    def read(self, cursor: str, keys: Sequence[tuple[Column, bool]]) -> list[Any]:
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except ValueError:
            raw = b""
        signature, body = raw[:12], raw[12:]
        if len(cursor) > 2000 or not hmac.compare_digest(signature, self._sign(body)):
            raise InvalidCursor("This cursor was not made by this list in this order.")
        pairs = zip(orjson.loads(body), keys, strict=True)
        return [_typed(value, column) for value, (column, _) in pairs]

    def _sign(self, body: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(body)
        outer.update(inner.digest())
        return outer.digest()[:12]


@lru_cache(maxsize=500)
def _seal(secret: bytes, name: str, order: tuple[SortKey, ...]) -> _Seal:
    return _Seal(secret, name, order)


class _Cursors(Sequence[str]):
    """The cursors of a page, each written when it is asked for: most answers hold two."""

    def __init__(self, seal: _Seal, values: list[Sequence[Any]]) -> None:
        self._seal, self._values = seal, values

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self._seal.write(values) for values in self._values[index]]
        return self._seal.write(self._values[index])

    def __iter__(self) -> Iterator[str]:
        return map(self._seal.write, self._values)

    def __len__(self) -> int:
        return len(self._values)


def _typed(value: Any, column: Column) -> Any:
    kind = column.type.python_type
    if kind is datetime:
        return datetime.fromisoformat(value)
    return Decimal(value) if kind is Decimal else value
