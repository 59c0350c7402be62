"""Whoever edits the books by hand, even as the owner of the tables, is refused by PostgreSQL."""

import pytest

from api.database import Database
from api.domain.refusals import StockroomError
from api.domain.scope import Scope
from api.domain.stock import ledger
from api.domain.stock.models import PostingKind
from api.domain.stock.moves import Move
from tests.stock.warehouse import Refusal, Shelf, command, refusal_of, tamper

CHAINED = Refusal("23503", "fk_stock_movements_begins_as_the_last_one_ended")
ENDS_IN_ITS_LEDGER = Refusal("23503", "fk_stock_levels_shows_the_end_of_its_ledger")
ONLY_GROWS = Refusal("23001", "ledger_only_grows")
COMMITTED_IS_ALLOCATED = Refusal("23514", "committed_is_allocated")

INSERT = """
    INSERT INTO stock_movements (
        level_id, seq, posting_id, recorded_at, prev_recorded_at,
        available_delta, reserved_delta, committed_delta, damaged_delta, quality_hold_delta,
        available_before, reserved_before, committed_before, damaged_before, quality_hold_before
    )
    SELECT level_id, {seq}, posting_id, recorded_at + interval '1 second', {previous},
        {delta}, 0, 0, 0, 0, {before}, 0, 0, 0, 0
    FROM stock_movements WHERE level_id = :level AND seq = 1
"""
UNCOUPLED = (
    # so that the allocation is judged by the stock alone, not by the orders too
    "ALTER TABLE allocations DROP CONSTRAINT fk_allocations_order_line_id_order_lines",
    "ALTER TABLE allocations DISABLE TRIGGER allocations_are_counted",
)
ALLOCATE = """
    INSERT INTO allocations (id, level_id, order_line_id, quantity)
    VALUES (gen_random_uuid(), :level, gen_random_uuid(), 1)
"""


@pytest.fixture
async def level(shelf: Shelf) -> str:
    """A level with ten chairs and one line in its ledger, as the uuid that it is in the table."""
    posting = await shelf.receive(10)
    return posting.movements[0].level_id[-32:]


def movement(seq: int, before: int, delta: int, previous: str = "recorded_at") -> str:
    return INSERT.format(seq=seq, before=before, delta=delta, previous=previous)


async def test_a_level_cannot_be_edited(database: Database, level: str) -> None:
    for bucket in ("available", "damaged", "quality_hold"):
        edit = f"UPDATE stock_levels SET {bucket} = {bucket} + 1 WHERE id = :level"
        assert await tamper(database, edit, level=level) == ENDS_IN_ITS_LEDGER


async def test_a_level_cannot_be_edited_by_naming_a_later_head(
    database: Database, level: str
) -> None:
    edit = "UPDATE stock_levels SET available = 11, head_seq = 2 WHERE id = :level"
    assert await tamper(database, edit, level=level) == ENDS_IN_ITS_LEDGER


async def test_a_level_cannot_show_an_older_line_of_its_ledger(
    database: Database, shelf: Shelf, level: str
) -> None:
    await shelf.adjust(-4)
    edit = """
        UPDATE stock_levels SET available = 10, head_seq = 1, updated_at = m.recorded_at
        FROM stock_movements m WHERE id = :level AND m.level_id = id AND m.seq = 1
    """
    refused = await tamper(database, edit, level=level)
    assert refused == Refusal("23514", "head_is_the_last_movement")


async def test_a_level_cannot_forget_its_ledger(
    database: Database, shelf: Shelf, level: str
) -> None:
    await shelf.adjust(-10)
    edit = "UPDATE stock_levels SET head_seq = NULL WHERE id = :level"
    refused = await tamper(database, edit, level=level)
    assert refused == Refusal("23514", "head_is_the_last_movement")


async def test_stock_cannot_appear_without_a_ledger(database: Database, shelf: Shelf) -> None:
    insert = """
        INSERT INTO stock_levels (id, item_id, location_id, available)
        VALUES (gen_random_uuid(), :item, :location, 5)
    """
    ids = {"item": shelf.item_id[-32:], "location": shelf.location_id[-32:]}
    refused = await tamper(database, insert, **ids)
    assert refused == Refusal("23514", "ck_stock_levels_no_stock_without_ledger")


async def test_stock_cannot_be_given_to_another_item_or_place(
    database: Database, scope: Scope, level: str
) -> None:
    other = await Shelf.new(scope)
    for column, id in (("item_id", other.item_id), ("location_id", other.location_id)):
        edit = f"UPDATE stock_levels SET {column} = :other WHERE id = :level"
        refused = await tamper(database, edit, level=level, other=id[-32:])
        assert refused == Refusal("23001", "level_keeps_its_place")


async def test_a_bucket_cannot_go_below_zero(database: Database, level: str) -> None:
    edit = "UPDATE stock_levels SET available = -1 WHERE id = :level"
    refused = await tamper(database, edit, level=level)
    assert refused == Refusal("23514", "ck_stock_levels_available_in_range")


async def test_nothing_is_reserved_as_long_as_there_are_no_holds(
    database: Database, level: str
) -> None:
    edit = "UPDATE stock_levels SET available = 9, reserved = 1 WHERE id = :level"
    refused = await tamper(database, edit, level=level)
    assert refused == Refusal("23514", "ck_stock_levels_reserved_needs_holds")


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE stock_movements SET available_delta = 11 WHERE level_id = :level",
        "DELETE FROM stock_movements WHERE level_id = :level",
        "UPDATE postings SET reason = 'none' WHERE id IN "
        "(SELECT posting_id FROM stock_movements WHERE level_id = :level)",
        "DELETE FROM postings WHERE id IN "
        "(SELECT posting_id FROM stock_movements WHERE level_id = :level)",
    ],
)
async def test_a_line_of_the_ledger_is_never_changed(
    database: Database, level: str, edit: str
) -> None:
    assert await tamper(database, edit, level=level) == ONLY_GROWS


@pytest.mark.parametrize("table", ["stock_movements", "postings", "stock_levels", "allocations"])
async def test_no_book_can_be_emptied(database: Database, table: str) -> None:
    assert await tamper(database, f"TRUNCATE {table} CASCADE") == ONLY_GROWS


async def test_more_than_there_is_cannot_leave(database: Database, level: str) -> None:
    refused = await tamper(database, movement(2, 10, -11), level=level)
    assert refused == Refusal("23514", "ck_stock_movements_buckets_not_negative")


async def test_a_ledger_opens_at_zero(database: Database, scope: Scope, level: str) -> None:
    other = await Shelf.new(scope)
    insert = """
        WITH empty AS (
            INSERT INTO stock_levels (id, item_id, location_id)
            VALUES (gen_random_uuid(), :item, :location) RETURNING id
        )
    """ + movement(1, 7, 0, "NULL").replace("SELECT level_id", "SELECT (SELECT id FROM empty)")
    ids = {"item": other.item_id[-32:], "location": other.location_id[-32:]}
    refused = await tamper(database, insert, level=level, **ids)
    assert refused == Refusal("23514", "ck_stock_movements_opens_at_zero")


async def test_a_line_begins_as_the_one_before_it_ended(database: Database, level: str) -> None:
    assert await tamper(database, movement(2, 12, -1), level=level) == CHAINED


async def test_no_line_can_be_left_out(database: Database, level: str) -> None:
    assert await tamper(database, movement(3, 10, -1), level=level) == CHAINED


async def test_a_ledger_does_not_fork(database: Database, shelf: Shelf, level: str) -> None:
    await shelf.adjust(-1)
    refused = await tamper(database, movement(2, 10, -2), level=level)
    assert refused == Refusal("23505", "pk_stock_movements")


async def test_a_line_cannot_claim_to_be_older_than_the_one_before_it(
    database: Database, level: str
) -> None:
    early = movement(2, 10, -1).replace("+ interval", "- interval")
    refused = await tamper(database, early, level=level)
    assert refused == Refusal("23514", "ck_stock_movements_time_runs_forward")


async def test_a_line_does_not_count_unless_its_level_shows_it(
    database: Database, level: str
) -> None:
    refused = await tamper(database, movement(2, 10, -1), level=level)
    assert refused == Refusal("23514", "head_is_the_last_movement")


async def test_nothing_is_allocated_that_is_not_committed(database: Database, level: str) -> None:
    refused = await tamper(database, *UNCOUPLED, ALLOCATE, level=level)
    assert refused == COMMITTED_IS_ALLOCATED


async def test_nothing_is_committed_that_is_not_allocated(scope: Scope, shelf: Shelf) -> None:
    level_id = (await shelf.receive(10)).movements[0].level_id

    async def commit_only(scope: Scope) -> None:
        await ledger.lock_levels_by_id(scope, [level_id])
        await ledger.post(scope, PostingKind.ALLOCATE, [Move(level_id, available=-1, committed=1)])

    with pytest.raises(StockroomError) as refused:
        await command(scope, commit_only)

    assert refusal_of(refused.value) == COMMITTED_IS_ALLOCATED
    assert (await shelf.level()).available == 10


async def test_a_level_cannot_say_that_its_stock_is_allocated(
    database: Database, level: str
) -> None:
    edit = "UPDATE stock_levels SET uncovered = 1 WHERE id = :level"
    assert await tamper(database, edit, level=level) == COMMITTED_IS_ALLOCATED
