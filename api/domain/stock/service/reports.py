"""What can be asked of the stock as a whole."""

from typing import TypeVar

from api.domain.actors import Permission
from api.domain.operations import Kind, operation
from api.domain.scope import Scope
from api.domain.stock.reports import sums
from api.domain.stock.reports.asked import ReportFilter, ReportName
from api.domain.stock.reports.rows import Report

R = TypeVar("R")


@operation(
    Kind.QUERY,
    Permission.STOCK_READ,
    made_of=("stock", "orders", "catalog", "locations"),
)
async def get_report(scope: Scope, report: ReportName, asked: ReportFilter) -> Report:
    """Sums over the stock: what it is worth, what runs low, what came and went by day."""
    asked.judge(report)
    now = await scope.now()
    made = Report(now, False, [], [], [])
    if report is ReportName.STOCK_VALUATION:
        made.stock_valuation = _cut(made, asked, await sums.stock_values(scope, asked))
    elif report is ReportName.LOW_STOCK:
        made.low_stock = _cut(made, asked, await sums.low_stock(scope, asked))
    else:
        made.movements_by_day = _cut(made, asked, await sums.movements_by_day(scope, asked, now))
    return made


def _cut(made: Report, asked: ReportFilter, rows: list[R]) -> list[R]:
    made.has_more = len(rows) > asked.limit
    return rows[: asked.limit]
