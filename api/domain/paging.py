"""Pages of a list by keyset, each in one statement."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Generic, TypeVar

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, or_, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from api.domain.asking import Asking, Which
from api.domain.conditions import Applied, Column, Shape
from api.domain.counting import counted
from api.domain.cursors import Cursors, seal_of
from api.domain.errors import ValidationFailed
from api.domain.operations import refuse_without
from api.domain.scope import Scope
from api.domain.selecting import Source, conditions_of, values_of, wire
from api.domain.statements import Statement
from api.domain.windows import (
    DEFAULT_LIMIT,
    MAX_LIMIT,
    Count,
    CountMode,
    Page,
    SortKey,
    Window,
)

__all__ = ["DEFAULT_LIMIT", "MAX_LIMIT", "Count", "CountMode", "Page", "SortKey", "Window"]
T = TypeVar("T")


@dataclass(frozen=True)
class Listing(Generic[T]):
    """A list that can be paged: where its rows come from, its tie-breaker, and what it may be
    sorted by.

    Sortable columns are NOT NULL. `default` is the order of a caller who asks for none.
    """

    name: str
    source: Source[T]
    id: InstrumentedAttribute[Any]
    asking: Asking
    sortable: dict[str, InstrumentedAttribute[Any]]
    default: tuple[SortKey, ...]

    @cached_property
    def sort(self) -> type[StrEnum]:
        """What it can be sorted by, as an enum."""
        words = {name: name for name in self.sortable}
        made: type[StrEnum] = StrEnum(f"{self.asking.fields.name}Sort", words)  # type: ignore[misc]
        made.__doc__ = f"What {self.name} can be sorted by."
        return made

    async def page(
        self, scope: Scope, which: Which, window: Window, *, rule: Sequence[Applied] = ()
    ) -> Page[T]:
        """One window of the rows that are asked for among those that the row rule leaves; one
        statement, one more when the count is asked for.
        """
        where = self.conditions(scope, which, rule)
        order = window.order_by or self.default
        keys = self._keys(order)
        counts = window.count is not CountMode.NONE
        count = await counted(scope, self.source, self.id, where, window.count) if counts else None
        if window.limit == 0:
            return Page([], [], False, False, count)
        sealed = seal_of(scope.keyring.cursors, self.name + which.seal, order)
        values = {**values_of(where), "limit": window.limit + 1}
        for cursor, side in ((window.after, "after"), (window.before, "before")):
            if cursor is not None:
                values |= _named(side, sealed.read(cursor, keys))
        source = self.source.seen_by(scope)
        statement = self._statement(source, conditions_of(where), order, window)
        found = await scope.read(statement, values)
        more = len(found) > window.limit
        found = found[: window.limit]
        if window.backward:
            found.reverse()
        width = len(source.columns)
        cursors = Cursors(sealed, [record[width:] for record in found])
        has_next = window.before is not None or (more and not window.backward)
        has_previous = window.after is not None or (more and window.backward)
        return Page(source.make(found), cursors, has_next, has_previous, count)

    def conditions(
        self, scope: Scope, which: Which, rule: Sequence[Applied] = ()
    ) -> Sequence[Applied]:
        """All that a row must fulfil; refuses a caller who may not know what a filter asks."""
        for permission in which.needs:
            if not scope.actor.may(permission):
                refuse_without(scope.actor, permission)
        return [*rule, *which.where]

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
            raise self.unsorted(key.field) from None

    def unsorted(
        self, field: str, at: str = "order_by", spelled: Callable[[str], str] = str
    ) -> ValidationFailed:
        """The refusal of a field that it is not sorted by, spelled as its caller spells them."""
        known = ", ".join(map(spelled, sorted(self.sortable)))
        message = f"{self.name} cannot be sorted by {spelled(field)}, only by {known}."
        return ValidationFailed.at([at], "unknown_sort", message)

    def _statement(
        self,
        source: Source[T],
        where: tuple[Shape, ...],
        order: tuple[SortKey, ...],
        window: Window,
    ) -> Statement:
        """What follows the columns of the row are the values that its cursor holds."""
        sides = {
            side: cursor is not None
            for side, cursor in (("after", window.after), ("before", window.before))
        }

        def write() -> Any:
            keys = self._keys(order)
            statement = source.statement.add_columns(*(wire(column) for column, _ in keys))
            beyond = [_beyond(keys, side) for side, given in sides.items() if given]
            rows = statement.where(*(it.sql for it in where), *beyond)
            rows = rows.order_by(*self.directions(order, window.backward))
            return rows.limit(bindparam("limit", type_=BigInteger))

        return source.shaped((self.name, where, order, window.backward, *sides.values()), write)


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
