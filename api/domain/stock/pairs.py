"""Any number of (item, location) pairs as SQL: two array parameters, `items` and `locations`."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, and_, bindparam, func, select, tuple_

from api.domain.base import PublicId
from api.domain.fields import Id
from api.domain.statements import Values
from api.domain.stock.models import StockLevel

COLUMNS: list[ColumnElement[Any]] = [
    func.unnest(bindparam(f"{word}s", type_=ARRAY(PublicId(word)))) for word in ("item", "location")
]
"""The items and the locations, a row for each pair."""
OF_PAIRS: ColumnElement[bool] = and_(
    tuple_(StockLevel.item_id, StockLevel.location_id).in_(select(*COLUMNS)),
    StockLevel.lot_id.is_(None),
)
"""Whether a level is that of one of the pairs."""


def values_of(pairs: Iterable[tuple[Id, Id]]) -> Values:
    """The two parameters."""
    items, locations = zip(*pairs, strict=True)
    return {"items": items, "locations": locations}
