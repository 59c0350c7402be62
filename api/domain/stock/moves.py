"""What a level has, and what a posting does to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from api.domain.fields import Id
from api.domain.stock.models import BUCKETS, Bucket


@dataclass(frozen=True, slots=True)
class Move:
    """What one level gains and loses, by bucket."""

    level_id: Id
    available: int = 0
    reserved: int = 0
    committed: int = 0
    damaged: int = 0
    quality_hold: int = 0
    unit_cost: Decimal | None = None
    currency: str | None = None

    @classmethod
    def of(cls, level_id: Id, deltas: Mapping[Bucket, int]) -> "Move":
        """A move of the buckets named."""
        named: dict[str, Any] = {bucket.column: delta for bucket, delta in deltas.items()}
        return cls(level_id, **named)

    def __add__(self, other: "Move") -> "Move":
        return replace(self, **sums_of(self, other))


@dataclass(frozen=True, slots=True)
class LockedLevel:
    """A level that nobody else can change until this transaction ends."""

    id: Id
    item_id: Id
    location_id: Id
    available: int
    reserved: int
    committed: int
    damaged: int
    quality_hold: int
    head_seq: int | None
    priority: int

    @property
    def on_hand(self) -> int:
        """All that is there."""
        return sum(getattr(self, bucket) for bucket in BUCKETS)

    def after(self, move: Move) -> "LockedLevel":
        """The level with the move made."""
        return replace(self, **sums_of(self, move), head_seq=(self.head_seq or 0) + 1)


def sums_of(one: Move | LockedLevel, move: Move) -> dict[str, Any]:
    """The buckets added up."""
    return {bucket: getattr(one, bucket) + getattr(move, bucket) for bucket in BUCKETS}


def merged(moves: Iterable[Move]) -> list[Move]:
    """One move for each level, in the order of their ids."""
    by_level: dict[Id, Move] = {}
    for move in moves:
        known = by_level.get(move.level_id)
        by_level[move.level_id] = known + move if known else move
    return [by_level[level_id] for level_id in sorted(by_level)]
