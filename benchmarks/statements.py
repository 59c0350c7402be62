"""The statements of one real order, taken down while the domain places it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import event

from benchmarks.shop import Shop, place

Parameters = Sequence[Any]


@dataclass(frozen=True)
class Statement:
    """A statement with the parameters it was sent with; several rows were one round trip."""

    text: str
    rows: Sequence[Parameters]


@dataclass(frozen=True)
class Recording:
    """All that one order said to PostgreSQL between BEGIN and COMMIT."""

    key: str
    items: Sequence[int]
    statements: Sequence[Statement]


async def record(shop: Shop, items: Sequence[int]) -> Recording:
    """Place an order of these items and listen."""
    sent: list[Statement] = []
    key = f"recorded-{uuid4().hex}"

    def note(
        _connection: object, _cursor: object, text: str, values: Any, _context: object, many: bool
    ) -> None:
        rows = cast("Sequence[Parameters]", values if many else [values])
        sent.append(Statement(text, rows))

    async with shop.worker() as (resources, scope):
        await place(scope, shop.customer_id, list(items), f"first-{key}")  # caches fill
        engine = resources.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        await place(scope, shop.customer_id, list(items), key)
    return Recording(key, items, sent)
