"""Any number of (item, location) pairs as SQL, in as few values as for one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, and_, func, literal, select, tuple_

from api.domain.base import PublicId
from api.domain.fields import Id
from api.domain.stock.models import StockLevel


def columns_of(pairs: Sequence[tuple[Id, Id]]) -> list[ColumnElement[Any]]:
    """The items and the locations, a row for each pair."""
    words = ("item", "location")
    return [
        func.unnest(literal([pair[n] for pair in pairs], ARRAY(PublicId(word))))
        for n, word in enumerate(words)
    ]


def levels_of(pairs: Sequence[tuple[Id, Id]]) -> ColumnElement[bool]:
    """Whether a level is that of one of the pairs."""
    pair = tuple_(StockLevel.item_id, StockLevel.location_id)
    return and_(pair.in_(select(*columns_of(pairs))), StockLevel.lot_id.is_(None))
