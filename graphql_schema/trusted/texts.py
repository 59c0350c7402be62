"""The texts that requests name by their hashes, as this process has met them."""

from typing import Literal, TypeAlias

from cachetools import LRUCache

from api.domain.fields import Id
from api.domain.trusted import service
from graphql_schema.context import Context

Mode: TypeAlias = Literal["off", "prefer", "only"]
KEPT_CHARACTERS = 5_000_000
LOOKUP_COST = 10
"""What it costs to ask the database for a document; nobody asks for unknown ones all day."""


class TrustedTexts:
    """Texts by id, asked of the database once; what is not there is asked for again each time."""

    def __init__(self, mode: Mode) -> None:
        self.mode = mode
        self._known: LRUCache[Id, str] = LRUCache(KEPT_CHARACTERS, getsizeof=len)

    async def find(self, context: Context, id: Id) -> str | None:
        """The text with this id; None when nobody stored it."""
        if (text := self._known.get(id)) is not None:
            return text
        await context.charge(LOOKUP_COST)
        found = await context.run(service.trusted_documents_by_id, [id])
        if id not in found:
            return None
        text = self._known[id] = found[id].text
        return text
