"""The audit of all the books: every area's checks, in one place."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.domain.auditing import Difference
from api.domain.orders.audit import ORDER_CHECKS
from api.domain.stock.audit import STOCK_CHECKS

CHECKS = [*STOCK_CHECKS, *ORDER_CHECKS]


async def audit(connection: AsyncConnection) -> list[Difference]:
    """Every breach of every check; none in books that are right."""
    return [
        Difference(check.name, *row)
        for check in CHECKS
        for row in await connection.execute(text(check.breaches))
    ]
