"""The audit finds what was planted in the books while PostgreSQL looked away."""

import pytest
from sqlalchemy import text

from api.database import Database
from api.domain.books import audit
from api.domain.stock.audit import STOCK_CHECKS
from tests.stock.warehouse import Shelf

FORGED_LINE = """
    INSERT INTO stock_movements (
        level_id, seq, posting_id, recorded_at, prev_recorded_at,
        available_delta, reserved_delta, committed_delta, damaged_delta, quality_hold_delta,
        available_before, reserved_before, committed_before, damaged_before, quality_hold_before
    )
    SELECT level_id, 3, posting_id, recorded_at, prev_recorded_at, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0
    FROM stock_movements WHERE level_id = :level AND seq = 2
"""
PLANTED = {
    "each movement begins as the one before it ended": [
        "UPDATE stock_movements SET available_delta = 11 WHERE level_id = :level AND seq = 1",
        "DELETE FROM stock_movements WHERE level_id = :level AND seq = 1",
        "UPDATE stock_movements SET available_before = 9, available_delta = -3"
        " WHERE level_id = :level AND seq = 2",
    ],
    "each level shows what its ledger ends with": [
        "UPDATE stock_levels SET available = 8 WHERE id = :level",
        "UPDATE stock_levels SET head_seq = 1 WHERE id = :level",
        "DELETE FROM stock_movements WHERE level_id = :level",
        FORGED_LINE,
    ],
    "each bucket is the sum of its movements": [
        "UPDATE stock_levels SET available = 5, damaged = 1 WHERE id = :level",
    ],
    "no bucket is below zero": [
        "UPDATE stock_levels SET available = -1 WHERE id = :level",
    ],
    "committed stock is the sum of its allocations": [
        "UPDATE stock_levels SET available = 5, committed = 1 WHERE id = :level",
        "INSERT INTO allocations (id, level_id, order_line_id, quantity)"
        " VALUES (gen_random_uuid(), :level, gen_random_uuid(), 1)",
    ],
    "time runs forward along each ledger, and a posting has one time": [
        "UPDATE postings SET recorded_at = recorded_at - interval '1 day' WHERE id = :undo",
        "UPDATE stock_movements SET recorded_at = recorded_at + interval '1 day',"
        " prev_recorded_at = NULL WHERE level_id = :level AND seq = 1",
    ],
    "a reversal is the opposite of what it reverses": [
        "UPDATE stock_movements SET available_delta = 5, available_before = 5"
        " WHERE posting_id = :undo",
        "DELETE FROM stock_movements WHERE posting_id = :undo",
    ],
    "every posting moved something": [
        "DELETE FROM stock_movements WHERE posting_id = :undo",
    ],
    "no archived place has stock, nor one that holds none": [
        f"UPDATE locations SET {closed} WHERE id = (SELECT location_id FROM stock_levels"
        " WHERE id = :level)"
        for closed in ("archived_at = now()", "holds_stock = false")
    ],
    "there is stock only of items that stock is kept of": [
        "UPDATE items SET track_stock = false WHERE id = (SELECT item_id FROM stock_levels"
        " WHERE id = :level)",
    ],
}
UNGUARDED = (
    "SET LOCAL session_replication_role = replica",
    "ALTER TABLE stock_levels DROP CONSTRAINT ck_stock_levels_available_in_range",
    "ALTER TABLE stock_movements DROP CONSTRAINT ck_stock_movements_names_the_time_of_the_last_one",
    "ALTER TABLE stock_movements DROP CONSTRAINT ck_stock_movements_time_runs_forward",
)


@pytest.mark.parametrize(
    ("check", "planted"), [(check, sql) for check, plants in PLANTED.items() for sql in plants]
)
async def test_the_audit_finds_books_that_were_forged(
    database: Database, shelf: Shelf, check: str, planted: str
) -> None:
    received = await shelf.receive(10)
    lost = await shelf.adjust(-4)
    undo = await shelf.reverse(lost.id) if ":undo" in planted else lost
    level_id = received.movements[0].level_id
    ids = {"level": level_id[-32:], "undo": undo.id[-32:]}
    async with database.engine.connect() as connection:
        before = await audit(connection)
        for statement in UNGUARDED:
            await connection.execute(text(statement))
        bound = {name: id for name, id in ids.items() if f":{name}" in planted}
        await connection.execute(text(planted), bound)
        found = await audit(connection)
        await connection.rollback()

    assert before == []
    assert check in {difference.check for difference in found}
    shown = {id[-32:] for id in (level_id, received.id, lost.id, undo.id)}
    for difference in found:
        plain = difference.subject.replace("-", "")
        assert any(id in plain for id in shown), difference


def test_every_check_of_the_stock_was_seen_to_find_something() -> None:
    assert set(PLANTED) <= {check.name for check in STOCK_CHECKS}
    assert {check.name for check in STOCK_CHECKS if "order" not in check.breaches} <= set(PLANTED)
