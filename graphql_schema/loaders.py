"""One aiodataloader for every bulk read that a request follows."""

import asyncio
from typing import Any, cast

from aiodataloader import DataLoader

from api.domain.fields import Id
from api.domain.operations import AnyOperation
from api.domain.scope import Scope

MAX_BATCH = 1000


class BulkLoader(DataLoader[Id, Any]):
    """Turns a bulk read (ids -> dict) into the ordered answer that a DataLoader owes."""

    def __init__(self, scope: Scope, bulk: AnyOperation) -> None:
        super().__init__(max_batch_size=MAX_BATCH)
        self._scope, self._bulk = scope, bulk
        many = "list[" in str(bulk.hints["return"])
        self._missing: Any = () if many else None

    async def batch_load_fn(self, keys: list[Id]) -> list[Any]:
        found = cast("dict[Id, Any]", await self._scope.run(self._bulk, keys))
        return [found.get(key, self._missing) for key in keys]


class Loaders(dict[AnyOperation, BulkLoader]):
    """The loaders of one operation, made when first asked for."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self._scope = scope

    def follow(self, bulk: AnyOperation, key: Id) -> asyncio.Future[Any]:
        """What a link leads to.

        Shielded, since graphql-core cancels what it no longer waits for, and siblings share it.
        """
        found = asyncio.shield(self[bulk].load(key))
        found.add_done_callback(_heard)
        return found

    def __missing__(self, bulk: AnyOperation) -> BulkLoader:
        loader = self[bulk] = BulkLoader(self._scope, bulk)
        return loader


def _heard(found: asyncio.Future[Any]) -> None:
    """Take note of a failure that nobody waits for any more; whoever does hears of it as well."""
    if not found.cancelled():
        found.exception()
