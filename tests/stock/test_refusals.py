"""What is refused, and leaves nothing behind."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from api.domain.errors import IdempotencyKeyRequired, NotFound
from api.domain.fields import Id, new_id
from api.domain.locations import service as locations
from api.domain.locations.commands import UpdateLocation
from api.domain.locations.errors import LocationHoldsNoStock, LocationNotEmpty
from api.domain.scope import Scope, Terms
from api.domain.stock import service as stock
from api.domain.stock.commands import (
    AdjustStock,
    MoveStock,
    ReceiveStock,
    ReversePosting,
    SetStock,
)
from api.domain.stock.errors import (
    StockNotTracked,
)
from tests.stock.warehouse import Shelf


async def test_no_stock_is_kept_of_a_service(scope: Scope) -> None:
    service = await Shelf.new(scope, track_stock=False)
    with pytest.raises(StockNotTracked):
        await service.receive(1)


async def test_a_place_with_stock_cannot_be_closed_and_a_closed_one_takes_none(
    scope: Scope, shelf: Shelf
) -> None:
    received = await shelf.receive(1)
    taken = await shelf.adjust(-1)
    await shelf.reverse(taken.id)
    any_version = Terms(any_version=True)
    place = shelf.location_id
    with pytest.raises(LocationNotEmpty):
        await scope.run(locations.archive_location, place, terms=any_version)
    closing = UpdateLocation(holds_stock=False)
    with pytest.raises(LocationNotEmpty):
        await scope.run(locations.update_location, place, closing, terms=any_version)

    await shelf.reverse(received.id)
    await scope.run(locations.archive_location, place, terms=any_version)

    with pytest.raises(LocationHoldsNoStock):
        await shelf.receive(1)


async def test_undoing_a_loss_brings_nothing_back_to_a_closed_place(
    scope: Scope, shelf: Shelf
) -> None:
    await shelf.receive(1)
    lost = await shelf.adjust(-1)
    await scope.run(locations.archive_location, shelf.location_id, terms=Terms(any_version=True))

    with pytest.raises(LocationHoldsNoStock):
        await shelf.reverse(lost.id)


async def test_unknown_items_places_and_postings_are_not_found(scope: Scope, shelf: Shelf) -> None:
    for item, place in (
        (new_id("item"), shelf.location_id),
        (shelf.item_id, new_id("location")),
        (Id("sku:no such thing"), shelf.location_id),
    ):
        stranger = Shelf(scope, item, place)
        with pytest.raises(NotFound):
            await stranger.receive(1)
    with pytest.raises(NotFound):
        await shelf.reverse(new_id("posting"))
    with pytest.raises(NotFound):
        await scope.run(stock.get_stock_level, new_id("level"))


async def test_stock_is_only_changed_under_a_key(scope: Scope, shelf: Shelf) -> None:
    command = ReceiveStock.model_validate(shelf.what | {"quantity": 1})
    with pytest.raises(IdempotencyKeyRequired):
        await scope.run(stock.receive_stock, command)
    with pytest.raises(IdempotencyKeyRequired):
        await scope.run(stock.reverse_posting, new_id("posting"), ReversePosting())


async def test_what_is_only_tried_out_leaves_nothing(scope: Scope, shelf: Shelf) -> None:
    await shelf.receive(5)
    command = AdjustStock.model_validate(shelf.what | {"delta": -2, "reason": "lost"})

    tried = await scope.run(stock.adjust_stock, command, terms=Terms(validate_only=True))

    assert tried.movements[0].available_after == 3
    assert (await shelf.level()).available == 5


def test_commands_that_make_no_sense_are_refused() -> None:
    what: dict[str, Any] = {"item_id": new_id("item"), "location_id": new_id("location")}
    senseless: list[tuple[type[BaseModel], dict[str, Any]]] = [
        (ReceiveStock, {"quantity": 0}),
        (ReceiveStock, {"quantity": 1_000_000_001}),
        (ReceiveStock, {"quantity": True}),
        (ReceiveStock, {"quantity": 1, "bucket": "COMMITTED"}),
        (AdjustStock, {"delta": 0, "reason": "none"}),
        (AdjustStock, {"delta": 1}),
        (AdjustStock, {"delta": 1, "reason": "gift", "bucket": "RESERVED"}),
        (SetStock, {"on_hand": 5}),
        (SetStock, {"on_hand": 5, "expected_quantity": 4, "force": True}),
        (SetStock, {"on_hand": -1, "force": True}),
        (MoveStock, {"quantity": 1, "from_bucket": "DAMAGED", "to_bucket": "DAMAGED"}),
        (MoveStock, {"quantity": 1, "from_bucket": "AVAILABLE", "to_bucket": "COMMITTED"}),
    ]
    for model, fields in senseless:
        with pytest.raises(ValidationError):
            model.model_validate(what | fields)
