"""The audit of all the books: every area's checks, in one place."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.domain.actors import Permission
from api.domain.auditing import Difference
from api.domain.operations import Kind, operation
from api.domain.orders.audit import ORDER_CHECKS
from api.domain.scope import Scope
from api.domain.statements import Statement
from api.domain.stock.audit import STOCK_CHECKS

CHECKS = [*STOCK_CHECKS, *ORDER_CHECKS]
_BREACHES = [(check.name, Statement(text(check.breaches))) for check in CHECKS]


@dataclass(slots=True)
class Audit:
    """How many rules of the books were looked at, and where they are broken."""

    checks: int
    differences: list[Difference]


@operation(Kind.QUERY, Permission.ADMINISTER)
async def get_audit(scope: Scope) -> Audit:
    """The books recomputed from the ledger, as `stockroom audit` does it; large ones need that."""
    found = [
        Difference(name, *map(str, row))
        for name, breaches in _BREACHES
        for row in await scope.read(breaches, {})
    ]
    return Audit(len(_BREACHES), found)


async def audit(connection: AsyncConnection) -> list[Difference]:
    """Every breach of every check; none in books that are right."""
    return [
        Difference(check.name, *row)
        for check in CHECKS
        for row in await connection.execute(text(check.breaches))
    ]
