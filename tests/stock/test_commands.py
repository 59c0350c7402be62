"""What can be done to the stock by hand, and how it is read."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from api.domain.events import OutboxEvent
from api.domain.fields import Currency
from api.domain.money import Money
from api.domain.paging import CountMode, SortKey, Window
from api.domain.scope import Scope
from api.domain.statements import Statement
from api.domain.stock import service as stock
from api.domain.stock.errors import (
    AlreadyReversed,
    BelowCommitted,
    InsufficientStock,
    NotReversible,
    StaleQuantity,
)
from tests.factories import which
from tests.stock.warehouse import Shelf


async def test_what_is_received_is_available_and_on_hand(shelf: Shelf) -> None:
    cost = {"amount": "12.5", "currency": "EUR"}
    posting = await shelf.receive(8, unit_cost=cost, reference="delivery 17", reason="opening")

    level = await shelf.level()
    assert (level.available, level.on_hand, level.version) == (8, 8, 1)
    assert (posting.kind, posting.reason, posting.reference_id) == (
        "RECEIVE",
        "opening",
        "delivery 17",
    )
    [movement] = posting.movements
    assert (movement.level_id, movement.seq, movement.available_delta) == (level.id, 1, 8)
    assert (movement.on_hand_after, movement.recorded_at) == (8, level.updated_at)
    assert movement.unit_cost == Money("12.50", Currency("EUR"))


async def test_what_comes_in_can_wait_for_inspection(shelf: Shelf) -> None:
    await shelf.receive(8, bucket="QUALITY_HOLD")

    level = await shelf.level()
    assert (level.available, level.quality_hold, level.on_hand) == (0, 8, 8)


async def test_stock_is_corrected_up_and_down_but_never_below_zero(shelf: Shelf) -> None:
    await shelf.adjust(5)
    await shelf.adjust(-2)

    with pytest.raises(InsufficientStock) as refused:
        await shelf.adjust(-4)

    [shortage] = refused.value.shortages
    assert (shortage.item_id, shortage.location_id) == (shelf.item_id, shelf.location_id)
    assert (shortage.requested, shortage.available) == (4, 3)
    assert (await shelf.level()).on_hand == 3


async def test_a_count_says_what_is_on_hand_if_nothing_changed_meanwhile(shelf: Shelf) -> None:
    await shelf.receive(10)
    await shelf.move(2, "AVAILABLE", "DAMAGED")

    posting = await shelf.set(9, expected_quantity=10)

    assert posting.movements[0].available_delta == -1
    with pytest.raises(StaleQuantity) as refused:
        await shelf.set(12, expected_quantity=10)
    assert (refused.value.expected, refused.value.on_hand) == (10, 9)
    with pytest.raises(BelowCommitted) as below:
        await shelf.set(1, force=True)
    assert below.value.minimum == 2
    assert (await shelf.set(2, force=True)).movements[0].on_hand_after == 2


async def test_a_count_that_finds_what_was_expected_is_on_record(shelf: Shelf) -> None:
    await shelf.receive(10)

    posting = await shelf.set(10, expected_quantity=10)

    assert posting.movements[0].on_hand_delta == 0
    assert (await shelf.level()).version == 2


async def test_damaged_stock_stays_on_hand_and_cannot_be_sold(shelf: Shelf) -> None:
    await shelf.receive(10)
    await shelf.move(4, "AVAILABLE", "DAMAGED")
    await shelf.move(1, "DAMAGED", "QUALITY_HOLD")

    level = await shelf.level()
    assert (level.available, level.damaged, level.quality_hold, level.on_hand) == (6, 3, 1, 10)
    with pytest.raises(InsufficientStock) as refused:
        await shelf.move(4, "DAMAGED", "AVAILABLE")
    assert refused.value.shortages[0].bucket == "DAMAGED"


async def test_a_posting_is_undone_once(shelf: Shelf) -> None:
    received = await shelf.receive(10, unit_cost={"amount": "3", "currency": "EUR"})

    undone = await shelf.reverse(received.id)

    assert undone.reverses_posting_id == received.id
    assert undone.movements[0].available_delta == -10
    assert undone.movements[0].unit_cost == received.movements[0].unit_cost
    assert (await shelf.level()).on_hand == 0
    with pytest.raises(AlreadyReversed) as refused:
        await shelf.reverse(received.id)
    assert refused.value.reversed_by == undone.id
    with pytest.raises(NotReversible):
        await shelf.reverse(undone.id)


async def test_what_has_left_cannot_be_undone(shelf: Shelf) -> None:
    received = await shelf.receive(10)
    await shelf.adjust(-1)

    with pytest.raises(InsufficientStock) as refused:
        await shelf.reverse(received.id)

    assert (refused.value.shortages[0].requested, refused.value.shortages[0].available) == (10, 9)
    assert (await shelf.level()).on_hand == 9


async def test_the_books_can_be_read_as_of_any_instant(scope: Scope, shelf: Shelf) -> None:
    instants = [(await shelf.adjust(delta)).recorded_at for delta in (5, -2, 4)]

    async def on_hand(at: datetime) -> list[int]:
        where = which(stock.list_stock_as_of, {"item_id": {"eq": shelf.item_id}}, at=at)
        page = await scope.run(stock.list_stock_as_of, where, Window(count=CountMode.EXACT))
        assert page.total_count == len(page.rows)
        return [row.on_hand for row in page.rows]

    assert [await on_hand(at) for at in instants] == [[5], [3], [7]]
    assert await on_hand(instants[0] - timedelta(microseconds=1)) == []
    assert await on_hand(datetime(2150, 1, 1, tzinfo=UTC)) == [7]


async def test_a_late_entry_is_dated_but_does_not_rewrite_the_past(
    scope: Scope, shelf: Shelf
) -> None:
    first = await shelf.receive(5)
    happened = first.recorded_at - timedelta(days=3)
    late = await shelf.adjust(-1, occurred_at=happened)

    assert (late.occurred_at, late.recorded_at > first.recorded_at) == (happened, True)
    ours = {"item_id": {"eq": shelf.item_id}}
    where = which(stock.list_stock_as_of, ours, at=first.recorded_at)
    page = await scope.run(stock.list_stock_as_of, where, Window())
    assert page.rows[0].on_hand == 5


async def test_the_ledger_of_an_item_is_read_page_by_page(scope: Scope, shelf: Shelf) -> None:
    for delta in (1, 2, 3, 4, 5):
        await shelf.adjust(delta)
    where = which(stock.list_stock_movements, {"item_id": {"eq": shelf.item_id}})
    order = (SortKey("RECORDED_AT"),)

    first = await scope.run(
        stock.list_stock_movements, where, Window(3, order_by=order, count=CountMode.EXACT)
    )
    rest = await scope.run(
        stock.list_stock_movements, where, Window(3, first.cursors[-1], order_by=order)
    )

    assert [row.available_delta for row in first.rows + rest.rows] == [1, 2, 3, 4, 5]
    assert (first.total_count, rest.has_next) == (5, False)


async def test_a_delivery_is_found_by_the_document_it_came_with(scope: Scope, shelf: Shelf) -> None:
    received = await shelf.receive(5, reference=f"delivery {shelf.item_id}")

    about = {"reference_id": {"eq": f"delivery {shelf.item_id}"}, "kind": {"eq": "RECEIVE"}}
    where = which(stock.list_postings, about)
    page = await scope.run(stock.list_postings, where, Window())

    assert page.rows == [received]
    assert await scope.run(stock.get_posting, received.id) == received


async def test_all_levels_of_several_items_come_in_one_read(
    scope: Scope, shelf: Shelf, statements: list[str]
) -> None:
    other = await Shelf.new(scope)
    await shelf.receive(1)
    empty = await Shelf.new(scope)
    await other.receive(2)
    statements.clear()

    items = [shelf.item_id, other.item_id, empty.item_id]
    found = await scope.run(stock.levels_of_items, items)

    assert [[level.on_hand for level in found[item]] for item in items] == [[1], [2], []]
    assert len(statements) == 1


async def test_each_change_is_announced(scope: Scope, shelf: Shelf) -> None:
    received = await shelf.receive(5)
    await shelf.adjust(-1)
    await shelf.set(7, force=True)
    await shelf.move(1, "AVAILABLE", "DAMAGED")
    await shelf.reverse((await shelf.receive(1)).id)

    level_id = received.movements[0].level_id
    events = select(OutboxEvent.type, OutboxEvent.payload).where(OutboxEvent.subject == level_id)
    told = [
        (type, payload["available"], payload["on_hand"])
        for type, payload in await scope.read(Statement(events.order_by(OutboxEvent.seq)), {})
    ]
    assert told == [
        ("stock.received", 5, 5),
        ("stock.adjusted", 4, 4),
        ("stock.set", 7, 7),
        ("stock.moved", 6, 7),
        ("stock.received", 7, 8),
        ("posting.reversed", 6, 7),
    ]
