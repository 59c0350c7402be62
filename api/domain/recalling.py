"""Answers that are kept for a while: of queries that say the same to all who may ask, until a
command changes what they are made of.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from pydantic import BaseModel

from api.domain.operations import Operation

if TYPE_CHECKING:
    from api.domain.scope import Scope

R = TypeVar("R")


class Found(NamedTuple):
    """What a shelf holds under a key, if it is still true; and the edition of the books that an
    answer made from now on belongs to, unless nothing can be kept.
    """

    edition: str | None
    kept: bytes | None


class Shelf(Protocol):
    """Keeps answers; each is good for one edition of the areas that it is made of."""

    async def look(self, key: str, areas: Sequence[str]) -> Found:
        """Look for an answer; the edition is read before whoever asked reads the books."""

    async def keep(self, key: str, edition: str, answer: bytes) -> None:
        """Keep an answer that was made after this edition was read: a later one has outdated it
        already.
        """

    async def changed(self, area: str) -> None:
        """Begin another edition; for commands that may be committed, before their callers hear."""

    async def close(self) -> None:
        """Give back what is held."""


async def recalled(
    scope: "Scope", operation: Operation[*tuple[Any, ...], R], args: Sequence[Any]
) -> R:
    """The answer of a query from the shelf, else made and put there."""
    shelf, key = scope.surroundings.shelf, _key_of(operation.name, args)
    edition, kept = await shelf.look(key, operation.made_of)
    if kept is not None:
        return operation.result.validate_json(kept)
    made = await operation(scope, *args)
    if edition is not None:
        await shelf.keep(key, edition, operation.result.dump_json(made))
    return made


def _key_of(name: str, args: Sequence[Any]) -> str:
    plain = [
        arg.model_dump(mode="json") if isinstance(arg, BaseModel) else str(arg) for arg in args
    ]
    return f"{name}:{hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()}"
