"""What can be done with stock."""

from api.domain.stock.service.changes import (
    adjust_stock,
    move_stock,
    receive_stock,
    reverse_posting,
    set_stock,
    stock_bulk_adjust,
    stock_bulk_receive,
)
from api.domain.stock.service.queries import (
    export_stock_levels,
    export_stock_movements,
    get_posting,
    get_stock_level,
    levels_of_items,
    list_postings,
    list_stock_as_of,
    list_stock_levels,
    list_stock_movements,
    postings_by_id,
    stock_levels_by_id,
)
from api.domain.stock.service.reports import get_report

__all__ = [
    "adjust_stock",
    "export_stock_levels",
    "export_stock_movements",
    "get_posting",
    "get_report",
    "get_stock_level",
    "levels_of_items",
    "list_postings",
    "list_stock_as_of",
    "list_stock_levels",
    "list_stock_movements",
    "move_stock",
    "postings_by_id",
    "receive_stock",
    "reverse_posting",
    "set_stock",
    "stock_bulk_adjust",
    "stock_bulk_receive",
    "stock_levels_by_id",
]
