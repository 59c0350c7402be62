"""The statements of one real order, taken down at the driver while the domain places it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import asyncpg
from sqlalchemy import event

from benchmarks.shop import Shop, place

Parameters = Sequence[Any]


@dataclass(frozen=True)
class Statement:
    """What was sent in one round trip: a statement, the types of its parameters, and one row of
    them or more.
    """

    text: str
    types: Sequence[str] = ()
    rows: Sequence[Parameters] = ((),)


@dataclass(frozen=True)
class Recording:
    """All that one order said to PostgreSQL, BEGIN and COMMIT included."""

    key: str
    items: Sequence[int]
    statements: Sequence[Statement]
    trips: int


async def record(shop: Shop, items: Sequence[int]) -> Recording:
    """Place an order of these items and listen."""
    log = _Log([])
    key = f"recorded-{uuid4().hex}"

    def attach(connection: Any, _record: object) -> None:
        below: Any = connection.driver_connection
        if not isinstance(below, asyncpg.Connection):
            raise TypeError(f"No way is known to listen to a {type(below).__name__}.")
        below._protocol = _Heard(below._protocol, log)  # type: ignore[attr-defined]

    async with shop.worker() as (resources, scope):
        event.listen(resources.database.engine.sync_engine, "connect", attach)
        await place(scope, shop.customer_id, list(items), f"first-{key}")  # caches fill
        log.clear()
        await place(scope, shop.customer_id, list(items), key)
    return Recording(key, items, log.statements, log.trips)


@dataclass
class _Log:
    statements: list[Statement]
    trips: int = 0

    def add(self, statement: Statement) -> None:
        self.statements.append(statement)
        self.trips += 1

    def clear(self) -> None:
        self.statements.clear()
        self.trips = 0


class _Heard:
    """The driver's wire: each of these calls waits for the database once."""

    def __init__(self, wire: Any, log: _Log) -> None:
        self._wire, self._log = wire, log

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wire, name)

    async def query(self, text: str, *rest: Any) -> Any:
        self._log.add(Statement(text))
        return await self._wire.query(text, *rest)

    async def prepare(self, name: str, text: str, *rest: Any, **named: Any) -> Any:
        self._log.trips += 1  # pgbench prepares too, once, before it measures
        return await self._wire.prepare(name, text, *rest, **named)

    async def bind_execute(self, state: Any, args: Parameters, *rest: Any, **named: Any) -> Any:
        self._log.add(Statement(state.query, _types(state), [args]))
        return await self._wire.bind_execute(state, args, *rest, **named)

    async def bind_execute_many(
        self, state: Any, args: Iterable[Parameters], *rest: Any, **named: Any
    ) -> Any:
        rows = [tuple(row) for row in args]
        self._log.add(Statement(state.query, _types(state), rows))
        return await self._wire.bind_execute_many(state, rows, *rest, **named)


def _types(state: Any) -> list[str]:
    return [
        found.name if found.schema == "pg_catalog" else f"{found.schema}.{found.name}"
        for found in state._get_parameters()
    ]
