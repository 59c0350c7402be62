"""The sums themselves, in SQL: exact numbers, and as many rows as are asked for and one more."""

from datetime import datetime
from functools import cache
from typing import Any

from asyncpg import Record
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Numeric,
    Select,
    String,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    true,
)

from api.domain.catalog.models import Category as C
from api.domain.catalog.models import Item as I
from api.domain.conditions import Column
from api.domain.locations.models import Location as L
from api.domain.money import Money
from api.domain.scope import Scope
from api.domain.selecting import wire
from api.domain.statements import Statement, Values
from api.domain.stock.models import StockLevel as S
from api.domain.stock.models import StockMovement as M
from api.domain.stock.reads import ON_HAND_AFTER, ON_HAND_DELTA
from api.domain.stock.reports.asked import Grouping, ReportFilter
from api.domain.stock.reports.rows import LowStock, MovementsOfDay, StockValue

LOW = 10
_HERE = S.location_id == any_(bindparam("location_id", type_=ARRAY(S.location_id.type)))
_LIMIT = bindparam("limit", type_=BigInteger)
_GROUPS: dict[Grouping, tuple[Column, Column]] = {
    Grouping.LOCATION: (L.id, L.name),
    Grouping.CATEGORY: (C.id, C.name),
    Grouping.ITEM: (I.id, I.name),
}


async def stock_values(scope: Scope, asked: ReportFilter) -> list[StockValue]:
    """The dearest first, currency by currency."""
    grouping = asked.group_by or Grouping.LOCATION
    statement = _valuation(grouping, asked.at is not None, asked.location_id is not None)
    rows = await scope.read(statement, _values(asked, at=asked.at))
    return [StockValue(r[0], r[1], r[2], Money.read(r[3], r[4])) for r in rows]


async def low_stock(scope: Scope, asked: ReportFilter) -> list[LowStock]:
    """The scarcest first; an item that never had stock has none."""
    threshold = LOW if asked.threshold is None else asked.threshold
    statement = _scarcity(asked.location_id is not None)
    rows: list[Record] = await scope.read(statement, _values(asked, threshold=threshold))
    return [LowStock(*row) for row in rows]


async def movements_by_day(
    scope: Scope, asked: ReportFilter, now: datetime
) -> list[MovementsOfDay]:
    """The days on which anything moved, in their order."""
    since, before = asked.span(now)
    named = {"since": since, "before": before, "time_zone": asked.time_zone or "UTC"}
    rows = await scope.read(_traffic(asked.location_id is not None), _values(asked, **named))
    return [MovementsOfDay(*row) for row in rows]


def _values(asked: ReportFilter, **more: Any) -> Values:
    return {"location_id": asked.location_id, "limit": asked.limit + 1, **more}


def _total(numbers: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(func.coalesce(func.sum(numbers), 0), BigInteger)


@cache
def _valuation(grouping: Grouping, past: bool, narrowed: bool) -> Statement:
    last = (
        select(ON_HAND_AFTER.label("on_hand"))
        .where(M.level_id == S.id, M.recorded_at <= bindparam("at", type_=DateTime(True)))
        .order_by(M.recorded_at.desc())
        .limit(1)
        .lateral("last")
    )
    on_hand: ColumnElement[Any] = last.c.on_hand if past else S.on_hand.expression
    id, name = _GROUPS[grouping]
    value = func.sum(cast(on_hand, Numeric) * I.price, type_=Numeric)
    found: Select[Any] = select(wire(id), name, _total(on_hand), wire(value), I.currency)
    found = found.select_from(S).join(I, I.id == S.item_id).join(L, L.id == S.location_id)
    if grouping is Grouping.CATEGORY:
        found = found.outerjoin(C, C.id == I.category_id)
    if past:
        found = found.join(last, true())
    found = found.where(on_hand > 0, *([_HERE] if narrowed else []))
    order = (I.currency.nulls_last(), value.desc().nulls_last(), id)
    return Statement(found.group_by(id, name, I.currency).order_by(*order).limit(_LIMIT))


@cache
def _scarcity(narrowed: bool) -> Statement:
    here = (S.item_id == I.id) & _HERE if narrowed else S.item_id == I.id
    available, low = _total(S.available.expression), bindparam("threshold", type_=BigInteger)
    found = (
        select(wire(I.id), I.sku, I.name, available, _total(S.on_hand.expression))
        .select_from(I)
        .outerjoin(S, here)
        .where(I.track_stock, I.archived_at.is_(None))
        .group_by(I.id)
        .having(available <= low)
        .order_by(available, I.sku)
    )
    return Statement(found.limit(_LIMIT))


@cache
def _traffic(narrowed: bool) -> Statement:
    local = func.timezone(bindparam("time_zone", type_=String), M.recorded_at)
    delta = ON_HAND_DELTA
    found = select(
        func.to_char(local, "YYYY-MM-DD").label("day"),
        func.count(M.posting_id.distinct()),
        _total(func.greatest(delta, 0)),
        _total(func.greatest(-delta, 0)),
    ).where(
        M.recorded_at >= bindparam("since", type_=DateTime(True)),
        M.recorded_at < bindparam("before", type_=DateTime(True)),
    )
    if narrowed:
        found = found.join(S, S.id == M.level_id).where(_HERE)
    day: ColumnElement[Any] = literal_column("1")  # by its place: a parameter stands in it
    return Statement(found.group_by(day).order_by(day).limit(_LIMIT))
