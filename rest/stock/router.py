"""/v1/stock, /v1/stock-levels, /v1/stock-movements and /v1/postings."""

from api.domain.bulk import Bulk, BulkOf, BulkRefused
from api.domain.errors import Busy, NotFound
from api.domain.fields import LevelId, PostingId
from api.domain.locations.errors import LocationHoldsNoStock
from api.domain.stock import service as stock
from api.domain.stock.commands import (
    AdjustStock,
    MoveStock,
    ReceiveStock,
    ReversePosting,
    SetStock,
)
from api.domain.stock.errors import (
    AlreadyReversed,
    BelowCommitted,
    InsufficientStock,
    NotReversible,
    StaleQuantity,
    StockNotTracked,
)
from api.domain.stock.reads import Posting, StockLevel
from rest.doors import ReaderDep, WriterDep
from rest.exporting import FILE
from rest.lists import lists
from rest.problems import refusals
from rest.routes import area

changes = area("/stock", "stock")
levels = area("/stock-levels", "stock")
movements = area("/stock-movements", "stock")
postings = area("/postings", "stock")

NOT_HERE = (NotFound, StockNotTracked, LocationHoldsNoStock)


lists(levels, stock.list_stock_levels, responses=refusals(Busy) | FILE)


@levels.get("/{level_id}", responses=refusals(NotFound))
async def get_stock_level(reader: ReaderDep, level_id: LevelId) -> StockLevel:
    """What there is of one item at one location."""
    return await reader.run(stock.get_stock_level, level_id)


lists(movements, stock.list_stock_movements, responses=refusals(Busy) | FILE)


lists(postings, stock.list_postings)


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


lists(changes, stock.list_stock_as_of, "/as-of")
