"""Things by what callers call them: an id, or a business key like `sku:` in any letter case."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import any_, func, or_
from sqlalchemy.orm import InstrumentedAttribute

from api.domain.conditions import lowered, several
from api.domain.fields import Id
from api.domain.scope import Scope
from api.domain.selecting import Source
from api.domain.statements import Statement

T = TypeVar("T")
Column = InstrumentedAttribute[Any]


class ByRef(Generic[T]):
    """Finds the rows of a source by id or by key; their first field is the id,
    and one of the source's keys."""

    def __init__(self, source: Source[T], id: Column, key: Column) -> None:
        self._source = source
        ids, keys = several("ids", id), lowered("keys")
        self._known = or_(id == any_(ids), func.lower(key) == any_(keys))
        self._places = func.array_positions(keys, func.lower(key))
        self._id = id

    async def rows(self, scope: Scope, refs: Sequence[Id]) -> dict[Id, T]:
        """The rows that exist, by their ids and by the very references given, in one statement and
        in id order.
        """
        keyed = [ref for ref in refs if ":" in ref]
        ids = [ref for ref in refs if ":" not in ref]
        keys = [ref.partition(":")[2] for ref in keyed]
        found: dict[Id, T] = {}
        source = self._source.seen_by(scope)
        records = await scope.read(self._statement(source), {"ids": ids, "keys": keys})
        for record, row in zip(records, source.make(records), strict=True):
            found[record[0]] = row
            for place in record[-1]:
                found[keyed[place - 1]] = row
        return found

    def _statement(self, source: Source[T]) -> Statement:
        return source.shaped(
            self,
            lambda: (
                source.statement.add_columns(self._places).where(self._known).order_by(self._id)
            ),
        )
