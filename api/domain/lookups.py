"""Bulk reads for links: the rows of a source by one of its fields, many values at once."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Generic, TypeVar

from api.domain.conditions import Column, one_of
from api.domain.fields import Id
from api.domain.scope import Scope
from api.domain.selecting import Source

T = TypeVar("T")


class Lookup(Generic[T]):
    """Finds rows by the values of one column; declared with its operation (`lookup=`), its answers
    may also be written by PostgreSQL (`api.domain.json_rows`).
    """

    def __init__(self, source: Source[T], by: str, *order_by: Column) -> None:
        self.source, self.order_by = source, order_by
        self.column = source.column(by)
        self._which = one_of("keys", self.column)
        self._key = attrgetter(by)

    async def one_each(self, scope: Scope, keys: Sequence[Id]) -> dict[Id, T]:
        """The row of each value that has one."""
        found = await self.source.rows(scope, self._which(keys), order_by=self.order_by)
        return dict(zip(map(self._key, found), found, strict=True))

    async def all_of_each(self, scope: Scope, keys: Sequence[Id]) -> dict[Id, list[T]]:
        """All rows of each value, in order."""
        found: dict[Id, list[T]] = {key: [] for key in keys}
        for row in await self.source.rows(scope, self._which(keys), order_by=self.order_by):
            found[self._key(row)].append(row)
        return found
