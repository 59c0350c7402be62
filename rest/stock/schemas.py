"""The query strings of the lists of stock."""

from api.domain.stock.commands import (
    PostingFilter,
    StockAsOfFilter,
    StockLevelFilter,
    StockMovementFilter,
)
from rest.paging import ListQuery


class StockLevelQuery(ListQuery, StockLevelFilter):
    """Filter, order and window of stock levels."""


class StockMovementQuery(ListQuery, StockMovementFilter):
    """Filter, order and window of the ledger."""


class PostingQuery(ListQuery, PostingFilter):
    """Filter, order and window of postings."""


class StockAsOfQuery(ListQuery, StockAsOfFilter):
    """Instant, filter, order and window of past stock."""
