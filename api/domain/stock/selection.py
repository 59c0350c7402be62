"""The filters of stock as SQL."""

from sqlalchemy import ColumnElement

from api.domain.stock.commands import (
    PostingFilter,
    StockAsOfFilter,
    StockLevelFilter,
    StockMovementFilter,
)
from api.domain.stock.models import Posting as P
from api.domain.stock.models import StockLevel as S
from api.domain.stock.models import StockMovement as M


def which_levels(filter: StockLevelFilter | StockAsOfFilter) -> list[ColumnElement[bool]]:
    """The filter as SQL."""
    where: list[ColumnElement[bool]] = []
    if filter.item_id is not None:
        where.append(S.item_id.in_(filter.item_id))
    if filter.location_id is not None:
        where.append(S.location_id.in_(filter.location_id))
    if isinstance(filter, StockLevelFilter) and filter.is_available is not None:
        where.append(S.available > 0 if filter.is_available else S.available == 0)
    return where


def which_movements(filter: StockMovementFilter) -> list[ColumnElement[bool]]:
    """The filter as SQL."""
    where: list[ColumnElement[bool]] = []
    if filter.level_id is not None:
        where.append(M.level_id.in_(filter.level_id))
    if filter.item_id is not None:
        where.append(S.item_id.in_(filter.item_id))
    if filter.location_id is not None:
        where.append(S.location_id.in_(filter.location_id))
    if filter.kind is not None:
        where.append(P.kind.in_(filter.kind))
    if filter.recorded_from is not None:
        where.append(M.recorded_at >= filter.recorded_from)
    if filter.recorded_before is not None:
        where.append(M.recorded_at < filter.recorded_before)
    return where


def which_postings(filter: PostingFilter) -> list[ColumnElement[bool]]:
    """The filter as SQL."""
    where: list[ColumnElement[bool]] = []
    if filter.kind is not None:
        where.append(P.kind.in_(filter.kind))
    if filter.reference_type is not None:
        where.append(P.reference_type == filter.reference_type)
    if filter.reference_id is not None:
        where.append(P.reference_id == filter.reference_id)
    if filter.recorded_from is not None:
        where.append(P.recorded_at >= filter.recorded_from)
    if filter.recorded_before is not None:
        where.append(P.recorded_at < filter.recorded_before)
    return where
