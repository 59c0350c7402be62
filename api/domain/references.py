"""Things by what callers call them: an id, or a business key like `sku:` in any letter case."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, any_, func, or_
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import InstrumentedAttribute

from api.domain.fields import Id
from api.domain.scope import Scope

Column = InstrumentedAttribute[Any]


def any_case(key: Column, values: Iterable[str]) -> ColumnElement[bool]:
    """Whether the key is one of the values; PostgreSQL alone says which letters are the same."""
    return func.lower(key) == any_(_lowered(values))


async def rows_by_ref(
    scope: Scope, statement: Select[*tuple[Any, ...]], id: Column, key: Column, refs: Sequence[Id]
) -> dict[Id, Row[*tuple[Any, ...]]]:
    """The rows that exist, by the very references given, in one statement and in id order."""
    keyed = [ref for ref in refs if ":" in ref]
    lowered = _lowered(ref.partition(":")[2] for ref in keyed)
    places = func.array_positions(lowered, func.lower(key)).label("places")
    known = or_(id.in_([ref for ref in refs if ":" not in ref]), func.lower(key) == any_(lowered))
    found: dict[Id, Row[*tuple[Any, ...]]] = {}
    for row in await scope.fetch(statement.add_columns(places).where(known).order_by(id)):
        found |= {row.id: row} | {keyed[place - 1]: row for place in row.places}
    return found


def _lowered(values: Iterable[str]) -> array[Any]:
    return array([func.lower(value) for value in values], type_=String)
