"""The root fields of stock."""

import strawberry

from api.domain.stock import service as stock
from graphql_schema.bulk import Bulk
from graphql_schema.commands import mutation, query
from graphql_schema.paging import connection
from graphql_schema.stock.reports import report
from graphql_schema.stock.types import Posting, StockAsOf, StockLevel, StockMovement


@strawberry.type
class StockQueries:
    stock_level = query(stock.get_stock_level, StockLevel)
    stock_levels = connection(stock.list_stock_levels, StockLevel)
    stock_movements = connection(stock.list_stock_movements, StockMovement)
    posting = query(stock.get_posting, Posting)
    postings = connection(stock.list_postings, Posting)
    stock_as_of = connection(stock.list_stock_as_of, StockAsOf)
    report = report()


@strawberry.type
class StockMutations:
    receive_stock = mutation(stock.receive_stock, Posting)
    adjust_stock = mutation(stock.adjust_stock, Posting)
    stock_bulk_receive = mutation(stock.stock_bulk_receive, Bulk[Posting])
    stock_bulk_adjust = mutation(stock.stock_bulk_adjust, Bulk[Posting])
    set_stock = mutation(stock.set_stock, Posting)
    move_stock = mutation(stock.move_stock, Posting)
    reverse_posting = mutation(stock.reverse_posting, Posting)
