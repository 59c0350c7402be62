"""What a measured shop is filled with, set-based: through the operations, a thousand items take
longer than a measurement.

No trigger and no foreign key is asked meanwhile; the audit asks everything when the shop closes.
"""

from dataclasses import dataclass

from benchmarks.numbering import id_in_sql

CATEGORIES, LOCATIONS = 20, 5
PIECES = 1_000_000_000  # in every level, so that no measurement ever empties one
CATEGORY_NUMBERS, LOCATION_NUMBERS, LEVEL_NUMBERS = 10_000, 20_000, 100_000
LEVELS_PER_ITEM = 8


@dataclass(frozen=True)
class Size:
    """How much there is in a shop."""

    items: int = 1000
    orders: int = 50
    movements: int = 1  # of each level, of which each item has five


def statements(size: Size) -> list[str]:
    """What fills an empty shop."""
    return ["SET LOCAL session_replication_role = replica", *_things(size), *_stock(size)]


def _things(size: Size) -> list[str]:
    return [
        f"""
        INSERT INTO categories (id, name, slug)
        SELECT {_id(f"{CATEGORY_NUMBERS} + n")}, 'Category ' || n, 'category-' || n
        FROM generate_series(1, {CATEGORIES}) AS n
        """,
        f"""
        INSERT INTO locations (id, code, name, kind, holds_stock, sellable, priority)
        SELECT {_id(f"{LOCATION_NUMBERS} + n")}, 'W' || n, 'Warehouse ' || n, 'WAREHOUSE',
            true, true, n * 10
        FROM generate_series(1, {LOCATIONS}) AS n
        """,
        f"""
        INSERT INTO items (
            id, sku, name, category_id, unit, price, currency, track_stock, tracking,
            allow_backorder, attributes
        )
        SELECT {_id("n")}, 'SKU-' || lpad(n::text, 5, '0'), 'Oak chair number ' || n,
            {_id(f"{CATEGORY_NUMBERS} + 1 + n % {CATEGORIES}")}, 'each',
            (n * 37 % 90000 + 100) / 100.0, 'EUR', true, 'NONE', false, '{{"wood": "oak"}}'
        FROM generate_series(1, {size.items}) AS n
        """,
    ]


def _stock(size: Size) -> list[str]:
    levels = f"generate_series(1, {size.items}) AS n, generate_series(1, {LOCATIONS}) AS p"
    steps = f"generate_series(1, {size.movements}) AS s"
    level = _id(f"{LEVEL_NUMBERS} + n * {LEVELS_PER_ITEM} + p")
    return [
        f"""
        INSERT INTO postings (id, kind, reason, actor, occurred_at, recorded_at)
        SELECT {_id("s")}, 'RECEIVE', 'Delivery ' || s, 'system', {_moment("s")}, {_moment("s")}
        FROM {steps}
        """,
        f"""
        INSERT INTO stock_levels (id, item_id, location_id, available, head_seq, updated_at)
        SELECT {level}, {_id("n")}, {_id(f"{LOCATION_NUMBERS} + p")},
            {PIECES} + n + {size.movements} - 1, {size.movements}, {_moment(str(size.movements))}
        FROM {levels}
        """,
        f"""
        INSERT INTO stock_movements (
            level_id, seq, posting_id, recorded_at, prev_recorded_at,
            available_delta, reserved_delta, committed_delta, damaged_delta, quality_hold_delta,
            available_before, reserved_before, committed_before, damaged_before,
            quality_hold_before
        )
        SELECT {level}, s, {_id("s")}, {_moment("s")}, CASE WHEN s > 1 THEN {_moment("s - 1")} END,
            CASE WHEN s > 1 THEN 1 ELSE {PIECES} + n END, 0, 0, 0, 0,
            CASE WHEN s > 1 THEN {PIECES} + n + s - 2 ELSE 0 END, 0, 0, 0, 0
        FROM {steps}, {levels}
        """,
    ]


def _id(number: str) -> str:
    return f"{id_in_sql(number)}::uuid"


def _moment(step: str) -> str:
    return f"(now() - interval '1 day' + ({step}) * interval '1 millisecond')"
