"""What can be asked of the stock."""

from collections.abc import Sequence

from api.domain.actors import Permission
from api.domain.asking import Which
from api.domain.exporting import Export, export
from api.domain.fields import Id, LevelId, PostingId
from api.domain.operations import Kind, operation
from api.domain.paging import Page, SortKey, Window
from api.domain.scope import Scope
from api.domain.stock import reads
from api.domain.stock.past import STOCK_AS_OF, StockAsOf, stock_as_of
from api.domain.stock.reads import Posting, StockLevel, StockMovement


@operation(Kind.QUERY, Permission.STOCK_READ, listing=reads.STOCK_LEVELS)
async def list_stock_levels(scope: Scope, which: Which, window: Window) -> Page[StockLevel]:
    """What there is of each item at each location."""
    return await reads.STOCK_LEVELS.page(scope, which, window)


@operation(Kind.QUERY, Permission.STOCK_READ)
async def get_stock_level(scope: Scope, level_id: LevelId) -> StockLevel:
    """What there is of one item at one location."""
    return await reads.level(scope, level_id)


@operation(Kind.BULK, Permission.STOCK_READ, lookup=reads.LEVELS_BY_ID)
async def stock_levels_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, StockLevel]:
    """Stock levels for links."""
    return await reads.LEVELS_BY_ID.one_each(scope, ids)


@operation(Kind.BULK, Permission.STOCK_READ, lookup=reads.LEVELS_OF_ITEMS)
async def levels_of_items(scope: Scope, ids: Sequence[Id]) -> dict[Id, list[StockLevel]]:
    """All stock levels of each item."""
    return await reads.LEVELS_OF_ITEMS.all_of_each(scope, ids)


@operation(Kind.QUERY, Permission.STOCK_READ, listing=reads.STOCK_MOVEMENTS)
async def list_stock_movements(scope: Scope, which: Which, window: Window) -> Page[StockMovement]:
    """The lines of the ledger, the latest first unless asked otherwise."""
    return await reads.STOCK_MOVEMENTS.page(scope, which, window)


@operation(Kind.EXPORT, Permission.STOCK_READ, listing=reads.STOCK_MOVEMENTS)
async def export_stock_movements(scope: Scope, which: Which, order: tuple[SortKey, ...]) -> Export:
    """The whole ledger as a file, or what a filter leaves of it."""
    return export(scope, reads.STOCK_MOVEMENTS, which, order)


@operation(Kind.EXPORT, Permission.STOCK_READ, listing=reads.STOCK_LEVELS)
async def export_stock_levels(scope: Scope, which: Which, order: tuple[SortKey, ...]) -> Export:
    """What there is of each item at each location, as a file."""
    return export(scope, reads.STOCK_LEVELS, which, order)


@operation(Kind.QUERY, Permission.STOCK_READ, listing=reads.POSTINGS)
async def list_postings(scope: Scope, which: Which, window: Window) -> Page[Posting]:
    """Changes to the stock with their movements, the latest first unless asked otherwise."""
    return await reads.posting_page(scope, which, window)


@operation(Kind.QUERY, Permission.STOCK_READ)
async def get_posting(scope: Scope, posting_id: PostingId) -> Posting:
    """One change to the stock."""
    return await reads.posting(scope, posting_id)


@operation(Kind.BULK, Permission.STOCK_READ)
async def postings_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, Posting]:
    """Postings for links."""
    return await reads.postings_by_id(scope, ids)


@operation(Kind.QUERY, Permission.STOCK_READ, listing=STOCK_AS_OF)
async def list_stock_as_of(scope: Scope, which: Which, window: Window) -> Page[StockAsOf]:
    """What the books said at an instant of the past."""
    return await stock_as_of(scope, which, window)
