"""Following links breadth first: one bulk read for each kind of thing on each level."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, TypeAlias

from api.domain.fields import Id
from api.domain.json_rows import InJson, together
from api.domain.links import MAX_BATCH
from api.domain.operations import AnyOperation
from api.domain.scope import Scope
from rest.shapes import Shape, Step

Read: TypeAlias = AnyOperation | InJson
Known = defaultdict[Read, dict[Id, Any]]
"""What each bulk read has found."""


async def written(scope: Scope, shape: Shape, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Rows as they are sent, with all that their links lead to."""
    if not shape.steps:
        return shape.write(rows)
    shape = shape.familiar()
    _authorize(scope, shape)
    known: Known = defaultdict(dict)
    root = _Branch(shape, rows)
    level = [root]
    while level:
        await _ask(scope, level, known)
        level = [below for branch in level for below in branch.grow(known)]
    return root.written()


def _authorize(scope: Scope, shape: Shape) -> None:
    """Refuse before anything is read, whether or not a row leads anywhere."""
    for step in shape.steps:
        step.link.bulk.authorize(scope)
        _authorize(scope, step.shape)


async def _ask(scope: Scope, level: list["_Branch"], known: Known) -> None:
    """Read what the links of a level lead to, each thing once, whichever links lead there."""
    wanted: defaultdict[Read, dict[Id, None]] = defaultdict(dict)
    for branch in level:
        for step, keys in branch.keys:
            had = known[step.read]
            wanted[step.read] |= dict.fromkeys(key for key in keys if key not in had)
    in_json: dict[InJson, Iterable[Id]] = {}
    for read, ids in wanted.items():
        if isinstance(read, InJson):
            in_json[read] = ids
            continue
        asked = list(ids)
        for start in range(0, len(asked), MAX_BATCH):
            known[read] |= await scope.run(read, asked[start : start + MAX_BATCH])
    if in_json:
        found = await scope.run(together(*in_json), list(in_json.values()))
        for reading, part in zip(in_json, found, strict=True):
            known[reading] |= part


class _Branch:
    """Rows of one shape; when grown, with a branch for each of their links."""

    def __init__(self, shape: Shape, rows: Sequence[Any]) -> None:
        self.shape, self.rows = shape, rows
        self.keys = [(step, _distinct(step, rows)) for step in shape.steps]
        self._found: list[dict[Id, Any]] = []
        self._below: list[_Branch | None] = []

    def grow(self, known: Known) -> list["_Branch"]:
        """Take what the links lead to; each thing once, however many rows share it."""
        for step, keys in self.keys:
            had = known[step.read]
            found = {key: had[key] for key in keys if key in had}
            self._found.append(found)
            self._below.append(None if isinstance(step.read, InJson) else _below(step, found))
        return [branch for branch in self._below if branch]

    def written(self) -> list[dict[str, Any]]:
        """The rows, each with what was written of the branches below."""
        return self.shape.write(
            self.rows,
            *(
                _dealt(step, found, below.written()) if below else found
                for step, found, below in zip(
                    self.shape.steps, self._found, self._below, strict=True
                )
            ),
        )


def _below(step: Step, found: dict[Id, Any]) -> _Branch:
    rows = list(found.values())
    flat = [row for several in rows for row in several] if step.link.many else rows
    return _Branch(step.shape, flat)


def _distinct(step: Step, rows: Sequence[Any]) -> list[Id]:
    return [key for key in dict.fromkeys(step.keys(rows)) if key is not None]


def _dealt(step: Step, found: dict[Id, Any], dicts: list[dict[str, Any]]) -> dict[Id, Any]:
    """What was written, back under the keys that led to it."""
    if not step.link.many:
        return dict(zip(found, dicts, strict=True))
    rest = iter(dicts)
    return {key: list(islice(rest, len(rows))) for key, rows in found.items()}
