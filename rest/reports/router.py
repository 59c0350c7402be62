"""/v1/reports."""

from typing import Annotated

from fastapi import Path, Query

from api.domain.stock import service as stock
from api.domain.stock.reports.asked import ReportFilter, ReportName
from api.domain.stock.reports.rows import Report
from rest.doors import ReaderDep
from rest.problems import refusals
from rest.routes import area

reports = area("/reports", "stock")


@reports.get("/{report}", responses=refusals())
async def get_report(
    reader: ReaderDep,
    report: Annotated[ReportName, Path(description="Which report.")],
    query: Annotated[ReportFilter, Query()],
) -> Report:
    """Sums over the stock: what it is worth, what runs low, what came and went by day."""
    return await reader.run(stock.get_report, report, query)
