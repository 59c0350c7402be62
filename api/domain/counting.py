"""How many rows a list has: exactly up to a limit, or as PostgreSQL expects."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from api.domain.conditions import Applied
from api.domain.scope import Scope
from api.domain.selecting import Source, conditions_of, values_of
from api.domain.statements import Estimate
from api.domain.windows import COUNT_LIMIT, Count, CountMode


async def counted(
    scope: Scope,
    source: Source[Any],
    id: InstrumentedAttribute[Any],
    where: Sequence[Applied],
    mode: CountMode,
) -> Count:
    """How many rows of a source fulfil all conditions."""
    asked, values = conditions_of(where), values_of(where)

    def every() -> Select[*tuple[Any, ...]]:
        rows = source.statement.with_only_columns(id, maintain_column_froms=True)
        return rows.where(*(it.sql for it in asked))

    if mode is CountMode.ESTIMATED:
        statement = source.shaped(("estimate", asked), every, Estimate)
        [[plan]] = await scope.read(statement, values)
        return Count(int(plan[0]["Plan"]["Plan Rows"]))
    some = source.shaped(
        ("count", asked),
        lambda: select(func.count()).select_from(every().limit(COUNT_LIMIT + 1).subquery()),
    )
    total = int((await scope.read(some, values))[0][0])
    return Count(min(total, COUNT_LIMIT), total > COUNT_LIMIT)
