"""The bulk reads that a request follows: each key is read once, in as few statements as can be."""

import asyncio
from collections.abc import Iterable
from typing import Any, cast

from aiodataloader import DataLoader
from orjson import Fragment

from api.domain.fields import Id
from api.domain.links import MAX_BATCH
from api.domain.operations import AnyOperation
from api.domain.scope import Scope


class BulkReader:
    """One bulk read (ids -> dict) for one operation of GraphQL, and what it found."""

    def __init__(self, scope: Scope, bulk: AnyOperation) -> None:
        self._scope, self._bulk = scope, bulk
        self._found: dict[Id, Any] = {}
        self._loader: DataLoader[Id, Any] | None = None

    def load(self, key: Id) -> asyncio.Future[Any]:
        """What one key leads to, read together with others that are asked for meanwhile."""
        if self._loader is None:
            self._loader = DataLoader(self._read, max_batch_size=MAX_BATCH)
        return self._loader.load(key)

    async def find(self, keys: Iterable[Id | None]) -> dict[Id, Any]:
        """What these keys lead to, each once: for callers who know them all at once."""
        distinct = dict.fromkeys(keys)
        distinct.pop(None, None)
        wanted = cast("list[Id]", list(distinct))
        unknown = [key for key in wanted if key not in self._found]
        for start in range(0, len(unknown), MAX_BATCH):
            await self._read(unknown[start : start + MAX_BATCH])
        return {key: self._found[key] for key in wanted}

    async def _read(self, keys: list[Id]) -> list[Any]:
        read = cast("dict[Id, Any]", await self._scope.run(self._bulk, keys))
        missing: Any = () if self._bulk.gives_lists else None
        values = [read.get(key, missing) for key in keys]
        self._found.update(zip(keys, values, strict=True))
        return values


class Loaders:
    """The bulk reads of one operation of GraphQL, each made when first asked for."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._readers: dict[AnyOperation, BulkReader] = {}

    def __getitem__(self, bulk: AnyOperation) -> BulkReader:
        reader = self._readers.get(bulk)
        if reader is None:
            reader = self._readers[bulk] = BulkReader(self._scope, bulk)
        return reader

    async def in_json(
        self, read: AnyOperation, *keys: Iterable[Id | None]
    ) -> list[dict[Id, Fragment]]:
        """What links lead to whose answers PostgreSQL writes, in one statement for all of them."""
        found: list[dict[Id, Fragment]] = await self._scope.run(read, keys)
        return found

    def follow(self, bulk: AnyOperation, key: Id) -> asyncio.Future[Any]:
        """What a link leads to.

        Shielded, since graphql-core cancels what it no longer waits for, and siblings share it.
        """
        loaded = self[bulk].load(key)
        loaded.add_done_callback(_heard)
        found = asyncio.shield(loaded)
        found.add_done_callback(_heard)
        return found


def _heard(found: asyncio.Future[Any]) -> None:
    """Take note of a failure that nobody waits for any more; whoever does hears of it as well."""
    if not found.cancelled():
        found.exception()
