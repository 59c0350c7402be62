"""Which stock is promised to which line."""

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from asyncpg import Record
from sqlalchemy import ARRAY, BigInteger, BindParameter, any_, bindparam, func, select

from api.domain.base import PublicId
from api.domain.catalog import models as catalog
from api.domain.catalog.reads import Item
from api.domain.fields import Id, Quantity, new_id
from api.domain.orders.models import OrderLine
from api.domain.scope import Scope
from api.domain.selecting import wire
from api.domain.statements import Statement, Values
from api.domain.stock import ledger
from api.domain.stock.errors import InsufficientStock, Shortage
from api.domain.stock.ledger import Beside
from api.domain.stock.models import PostingKind
from api.domain.stock.moves import LockedLevel, Move

NO_LIMIT = 2**62
_LIMITED = bindparam("limited", type_=ARRAY(PublicId("item")))
_LOCK_LIMITED = Statement(
    select(catalog.Item.id)
    .where(catalog.Item.id == any_(_LIMITED))
    .order_by(catalog.Item.id)
    .with_for_update(key_share=True)
)
_WAITING = Statement(
    select(wire(OrderLine.item_id), func.sum(OrderLine.backordered))
    .where(OrderLine.item_id == any_(_LIMITED), OrderLine.backordered > 0)
    .group_by(OrderLine.item_id)
)
_ALLOCATE = """
    allocated AS (
        INSERT INTO allocations (id, order_line_id, level_id, quantity)
        SELECT part.* FROM unnest(:part_id, :part_line_id, :part_level_id, :part_quantity) AS part
        ON CONFLICT (order_line_id, level_id)
            DO UPDATE SET quantity = allocations.quantity + excluded.quantity
    ),
"""
_PART = (
    bindparam("part_id", type_=ARRAY(PublicId("allocation"))),
    bindparam("part_line_id", type_=ARRAY(PublicId("line"))),
    bindparam("part_level_id", type_=ARRAY(PublicId("level"))),
    bindparam("part_quantity", type_=ARRAY(BigInteger)),
)


@dataclass(frozen=True, slots=True)
class Want:
    """How much of an item a line wants."""

    line_id: Id
    item_id: Id
    quantity: int


@dataclass(frozen=True, slots=True)
class Part:
    """How much of a line one stock level gives."""

    line_id: Id
    level_id: Id
    quantity: int


async def promise(
    scope: Scope,
    items: Mapping[Id, Item],
    wants: Sequence[Want],
    allow_partial: bool,
    others: bool,
) -> tuple[list[Want], list[Part]]:
    """Lock the items' stock and share it out; what may not wait is refused, or cut off if allowed.

    Demand is summed per item first, so that two lines cannot both be promised the last piece.
    `others` says that the order has lines beside these, so that all of these may be cut off.
    """
    demand = sums((want.item_id, want.quantity) for want in wants)
    levels = await ledger.lock_levels_of_items(scope, list(demand)) if demand else []
    there = sums((level.item_id, level.available) for level in levels)
    short = [items[id] for id, asked in demand.items() if asked > there.get(id, 0)]
    room = await _backorder_room(scope, short)
    most = {id: there.get(id, 0) + room.get(id, 0) for id in demand}
    shortages = [
        Shortage(id, items[id].sku, None, Quantity(asked), Quantity(there.get(id, 0)))
        for id, asked in demand.items()
        if asked > most[id]
    ]
    accepted = _cut(wants, most)
    if shortages and not (allow_partial and (accepted or others)):
        skus = ", ".join(shortage.sku for shortage in shortages[:10])
        raise InsufficientStock(f"There is not enough stock of {skus}.", shortages)
    return accepted, share_out(accepted, levels)


async def hold_for_orders(scope: Scope, items: Iterable[Item]) -> None:
    """Lock what orders of these items will lock, so that they can be placed in any order."""
    known = {item.id: item for item in items}
    await ledger.lock_levels_of_items(scope, [it.id for it in known.values() if it.track_stock])
    limited = [it.id for it in known.values() if it.backorder_limit is not None]
    if limited:
        await scope.write(_LOCK_LIMITED, {"limited": limited})


def share_out(wants: Iterable[Want], levels: Iterable[LockedLevel]) -> list[Part]:
    """Stock for each line in turn: from the location that comes first, then where there is most."""
    left: defaultdict[Id, deque[tuple[Id, int]]] = defaultdict(deque)
    for level in sorted(levels, key=lambda level: (level.priority, -level.available, level.id)):
        if level.available > 0:
            left[level.item_id].append((level.id, level.available))
    parts: list[Part] = []
    for want in wants:
        missing, queue = want.quantity, left[want.item_id]
        while missing and queue:
            level_id, available = queue.popleft()
            taken = min(missing, available)
            parts.append(Part(want.line_id, level_id, taken))
            missing -= taken
            if taken < available:
                queue.appendleft((level_id, available - taken))
    return parts


def allocating(steps: str, answer: str, parameters: Iterable[BindParameter[Any]]) -> Beside:
    """How stock is booked, beside other steps, which can use the parts as parameters."""
    return Beside(f"{steps} {_ALLOCATE}", answer, [*parameters, *_PART])


async def book(
    scope: Scope, order_id: Id, parts: Sequence[Part], document: Beside, values: Values
) -> list[Record]:
    """Write the allocations of an order and move their stock from available to committed, by one
    statement with what else it writes.
    """
    about = {
        "part_id": [new_id("allocation") for _ in parts],
        "part_line_id": [part.line_id for part in parts],
        "part_level_id": [part.level_id for part in parts],
        "part_quantity": [part.quantity for part in parts],
        "reference_type": "order",
        "reference_id": order_id,
    }
    levels = sums((part.level_id, part.quantity) for part in parts)
    moves = [Move(id, available=-n, committed=n) for id, n in levels.items()]
    kind = PostingKind.ALLOCATE
    return await ledger.post_beside(scope, kind, moves, document, {**values, **about})


def sums(pairs: Iterable[tuple[Id, int]]) -> dict[Id, int]:
    """The quantities added up by id, in id order."""
    counted: Counter[Id] = Counter()
    for id, quantity in pairs:
        counted[id] += quantity
    return dict(sorted(counted.items()))


def _cut(wants: Sequence[Want], most: Mapping[Id, int]) -> list[Want]:
    """Lines shortened to what there is, those at the end first; lines of nothing are left out."""
    left, kept = dict(most), []
    for want in wants:
        quantity = min(want.quantity, left[want.item_id])
        left[want.item_id] -= quantity
        if quantity:
            kept.append(replace(want, quantity=quantity))
    return kept


async def _backorder_room(scope: Scope, items: Collection[Item]) -> dict[Id, int]:
    """How much more of each item may wait; locks the items that set a limit, in id order."""
    open_ended = {it.id: NO_LIMIT for it in items if it.allow_backorder}
    limits = {it.id: it.backorder_limit for it in items if it.id in open_ended}
    limited = [id for id, limit in limits.items() if limit is not None]
    if not limited:
        return open_ended
    await scope.write(_LOCK_LIMITED, {"limited": limited})
    already = {row[0]: int(row[1]) for row in await scope.read(_WAITING, {"limited": limited})}
    rooms = {id: max((limits[id] or 0) - already.get(id, 0), 0) for id in limited}
    return open_ended | rooms
