"""A place or an item is given up while stock of it arrives: one of the two is refused."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from api.domain.catalog import service as catalog
from api.domain.catalog.commands import UpdateItem
from api.domain.catalog.reads import Item
from api.domain.errors import Conflict
from api.domain.fields import Id
from api.domain.locations import service as locations
from api.domain.locations.commands import UpdateLocation
from api.domain.locations.errors import LocationHoldsNoStock, LocationNotEmpty
from api.domain.orders import service as orders
from api.domain.orders.commands import CancelOrder, FulfillOrder
from api.domain.refusals import StockroomError
from api.domain.scope import Scope, Terms
from api.domain.stock import commands
from api.domain.stock import service as stock
from api.domain.stock.errors import StockNotTracked
from tests.conftest import MakeScope
from tests.factories import unique
from tests.orders.shop import placing
from tests.stock.warehouse import Shelf, command

Change = Callable[[Scope, Shelf, Id], Awaitable[Any]]


async def archived(scope: Scope, shelf: Shelf, _: Id) -> None:
    await locations.archive_location(scope, shelf.location_id)


async def only_grouping(scope: Scope, shelf: Shelf, _: Id) -> None:
    closing = UpdateLocation(holds_stock=False)
    await locations.update_location(scope, shelf.location_id, closing)


async def untracked(scope: Scope, shelf: Shelf, _: Id) -> None:
    await catalog.update_item(scope, shelf.item_id, UpdateItem(track_stock=False))


async def received(scope: Scope, shelf: Shelf, _: Id) -> None:
    sent = commands.ReceiveStock.model_validate(shelf.what | {"quantity": 3})
    await stock.receive_stock(scope, sent)


async def found(scope: Scope, shelf: Shelf, _: Id) -> None:
    sent = commands.AdjustStock.model_validate(shelf.what | {"delta": 3, "reason": "found"})
    await stock.adjust_stock(scope, sent)


async def counted(scope: Scope, shelf: Shelf, _: Id) -> None:
    sent = commands.SetStock.model_validate(shelf.what | {"on_hand": 3, "force": True})
    await stock.set_stock(scope, sent)


async def undone(scope: Scope, _: Shelf, lost_id: Id) -> None:
    await stock.reverse_posting(scope, lost_id, commands.ReversePosting())


GROWTH: list[Change] = [received, found, counted, undone]
CLOSING: list[tuple[Change, type[StockroomError], type[StockroomError]]] = [
    (archived, LocationNotEmpty, LocationHoldsNoStock),
    (only_grouping, LocationNotEmpty, LocationHoldsNoStock),
    (untracked, Conflict, StockNotTracked),
]


async def meet(scope_of: MakeScope, shelf: Shelf, first: Change, second: Change) -> None:
    """Both at once: the first has done its work, but not ended, when the second begins."""
    await shelf.receive(3)
    lost = await shelf.adjust(-3)
    done, enough = asyncio.Event(), asyncio.Event()

    async def slowly(scope: Scope) -> None:
        await first(scope, shelf, lost.id)
        done.set()
        await enough.wait()

    slow = asyncio.create_task(command(scope_of(), slowly))
    await done.wait()
    quick = asyncio.create_task(command(scope_of(), lambda it: second(it, shelf, lost.id)))
    await asyncio.wait([quick], timeout=0.3)
    enough.set()
    await slow
    await quick


@pytest.mark.parametrize("growth", GROWTH)
@pytest.mark.parametrize(("closing", "refusal", "_"), CLOSING)
async def test_what_stock_is_just_coming_to_cannot_be_given_up(
    scope_of: MakeScope,
    shelf: Shelf,
    growth: Change,
    closing: Change,
    refusal: type[StockroomError],
    _: object,
) -> None:
    with pytest.raises(refusal):
        await meet(scope_of, shelf, growth, closing)

    assert (await shelf.level()).on_hand == 3


@pytest.mark.parametrize("growth", GROWTH)
@pytest.mark.parametrize(("closing", "_", "refusal"), CLOSING)
async def test_what_is_just_given_up_takes_no_stock(
    scope_of: MakeScope,
    shelf: Shelf,
    growth: Change,
    closing: Change,
    _: object,
    refusal: type[StockroomError],
) -> None:
    with pytest.raises(refusal):
        await meet(scope_of, shelf, closing, growth)

    assert (await shelf.level()).on_hand == 0


async def test_stock_is_kept_of_an_item_as_long_as_there_is_any(scope: Scope, shelf: Shelf) -> None:
    await shelf.receive(2)
    await shelf.move(2, "AVAILABLE", "DAMAGED")
    with pytest.raises(Conflict, match="There is stock of this item"):
        await stop_tracking(scope, shelf.item_id)

    await shelf.adjust(-2, bucket="DAMAGED")
    assert (await stop_tracking(scope, shelf.item_id)).track_stock is False


async def test_stock_is_kept_of_an_item_as_long_as_an_order_waits_for_it(scope: Scope) -> None:
    shelf = await Shelf.new(scope, allow_backorder=True)
    line = {"item_id": shelf.item_id, "quantity": 1, "unit_price": PRICE}
    order = await scope.run(orders.place_order, placing(line), terms=Terms(key=unique("key")))
    with pytest.raises(Conflict, match="open order of it"):
        await stop_tracking(scope, shelf.item_id)

    await scope.run(orders.cancel_order, order.id, CancelOrder(), terms=ANY_VERSION)
    assert (await stop_tracking(scope, shelf.item_id)).track_stock is False


async def test_what_was_ordered_before_stock_was_kept_leaves_without_any(scope: Scope) -> None:
    shelf = await Shelf.new(scope, track_stock=False)
    line = {"item_id": shelf.item_id, "quantity": 2, "unit_price": PRICE}
    order = await scope.run(orders.place_order, placing(line), terms=Terms(key=unique("key")))

    begin = UpdateItem(track_stock=True)
    await scope.run(catalog.update_item, shelf.item_id, begin, terms=ANY_VERSION)
    await shelf.receive(5)
    sent = Terms(key=unique("key"))
    ended = await scope.run(orders.fulfill_order, order.id, FulfillOrder(), terms=sent)

    assert ended.status == "COMPLETED"
    assert (await shelf.level()).on_hand == 5


PRICE = {"amount": "5", "currency": "EUR"}
ANY_VERSION = Terms(any_version=True)


async def stop_tracking(scope: Scope, item_id: Id) -> Item:
    """Keep no stock of it any more."""
    change = UpdateItem(track_stock=False)
    return await scope.run(catalog.update_item, item_id, change, terms=ANY_VERSION)
