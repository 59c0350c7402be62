"""/v1/stock, /v1/stock-levels, /v1/stock-movements and /v1/postings."""

from typing import Annotated

from fastapi import Query

from api.domain.bulk import Bulk, BulkOf, BulkRefused
from api.domain.errors import Busy, NotFound
from api.domain.fields import LevelId, PostingId
from api.domain.locations.errors import LocationHoldsNoStock
from api.domain.paging import Page
from api.domain.stock import service as stock
from api.domain.stock.commands import (
    AdjustStock,
    MoveStock,
    PostingFilter,
    ReceiveStock,
    ReversePosting,
    SetStock,
    StockAsOfFilter,
    StockLevelFilter,
    StockMovementFilter,
)
from api.domain.stock.errors import (
    AlreadyReversed,
    BelowCommitted,
    InsufficientStock,
    NotReversible,
    StaleQuantity,
    StockNotTracked,
)
from api.domain.stock.past import StockAsOf
from api.domain.stock.reads import Posting, StockLevel, StockMovement
from rest.doors import ReaderDep, WriterDep
from rest.exporting import FILE
from rest.problems import refusals
from rest.routes import area
from rest.stock.schemas import (
    PostingQuery,
    StockAsOfQuery,
    StockLevelQuery,
    StockMovementQuery,
)

changes = area("/stock", "stock")
levels = area("/stock-levels", "stock")
movements = area("/stock-movements", "stock")
postings = area("/postings", "stock")

NOT_HERE = (NotFound, StockNotTracked, LocationHoldsNoStock)


@levels.get("", responses=refusals(Busy) | FILE)
async def list_stock_levels(
    reader: ReaderDep, query: Annotated[StockLevelQuery, Query()]
) -> Page[StockLevel]:
    """What there is of each item at each location, a page at a time."""
    return await reader.run(stock.list_stock_levels, query.only(StockLevelFilter), query.window)


@levels.get("/{level_id}", responses=refusals(NotFound))
async def get_stock_level(reader: ReaderDep, level_id: LevelId) -> StockLevel:
    """What there is of one item at one location."""
    return await reader.run(stock.get_stock_level, level_id)


@movements.get("", responses=refusals(Busy) | FILE)
async def list_stock_movements(
    reader: ReaderDep, query: Annotated[StockMovementQuery, Query()]
) -> Page[StockMovement]:
    """The lines of the ledger, a page at a time."""
    chosen = query.only(StockMovementFilter)
    return await reader.run(stock.list_stock_movements, chosen, query.window)


@postings.get("", responses=refusals())
async def list_postings(
    reader: ReaderDep, query: Annotated[PostingQuery, Query()]
) -> Page[Posting]:
    """Changes to the stock with their movements, a page at a time."""
    return await reader.run(stock.list_postings, query.only(PostingFilter), query.window)


@postings.get("/{posting_id}", responses=refusals(NotFound))
async def get_posting(reader: ReaderDep, posting_id: PostingId) -> Posting:
    """One change to the stock."""
    return await reader.run(stock.get_posting, posting_id)


@postings.post(
    "/{posting_id}/reverse",
    status_code=201,
    responses=refusals(*NOT_HERE, InsufficientStock, AlreadyReversed, NotReversible),
)
async def reverse_posting(
    writer: WriterDep, posting_id: PostingId, command: ReversePosting
) -> Posting:
    """Undo a posting, once."""
    return await writer.run(stock.reverse_posting, posting_id, command)


@changes.post("/receive", status_code=201, responses=refusals(*NOT_HERE))
async def receive_stock(writer: WriterDep, command: ReceiveStock) -> Posting:
    """Take in stock from outside."""
    return await writer.run(stock.receive_stock, command)


@changes.post("/adjust", status_code=201, responses=refusals(*NOT_HERE, InsufficientStock))
async def adjust_stock(writer: WriterDep, command: AdjustStock) -> Posting:
    """Correct what is there by a difference."""
    return await writer.run(stock.adjust_stock, command)


@changes.post("/receive/bulk", responses=refusals(BulkRefused))
async def stock_bulk_receive(writer: WriterDep, command: BulkOf[ReceiveStock]) -> Bulk[Posting]:
    """Take in up to 500 lines of a delivery; needs an `Idempotency-Key`."""
    return await writer.run(stock.stock_bulk_receive, command)


@changes.post("/adjust/bulk", responses=refusals(BulkRefused))
async def stock_bulk_adjust(writer: WriterDep, command: BulkOf[AdjustStock]) -> Bulk[Posting]:
    """Correct up to 500 levels; needs an `Idempotency-Key`."""
    return await writer.run(stock.stock_bulk_adjust, command)


@changes.post("/set", status_code=201, responses=refusals(*NOT_HERE, StaleQuantity, BelowCommitted))
async def set_stock(writer: WriterDep, command: SetStock) -> Posting:
    """Make on hand what was counted."""
    return await writer.run(stock.set_stock, command)


@changes.post("/move", status_code=201, responses=refusals(*NOT_HERE, InsufficientStock))
async def move_stock(writer: WriterDep, command: MoveStock) -> Posting:
    """Move stock between buckets of one level."""
    return await writer.run(stock.move_stock, command)


@changes.get("/as-of", responses=refusals())
async def list_stock_as_of(
    reader: ReaderDep, query: Annotated[StockAsOfQuery, Query()]
) -> Page[StockAsOf]:
    """What the books said at an instant, a page at a time."""
    return await reader.run(stock.list_stock_as_of, query.only(StockAsOfFilter), query.window)
