"""Recomputes the books from their oldest rows, trusting no trigger, key or check to have held."""

from api.domain.auditing import Check

_BUCKETS = ("available", "reserved", "committed", "damaged", "quality_hold")


def _row(alias: str, suffix: str = "") -> str:
    return "(" + ", ".join(f"{alias}.{bucket}{suffix}" for bucket in _BUCKETS) + ")"


# The statements below are put together from these names alone (S608).
_SUMS = ", ".join(f"coalesce(sum({bucket}_delta), 0) AS {bucket}" for bucket in _BUCKETS)

_CHAIN = Check(
    "each movement begins as the one before it ended",
    f"""
    SELECT 'level ' || m.level_id || ' movement ' || m.seq,
        coalesce({_row("p", "_after")}::text, 'no movement ' || m.seq - 1),
        {_row("m", "_before")}::text
    FROM stock_movements m LEFT JOIN stock_movements p
        ON p.level_id = m.level_id AND p.seq = m.seq - 1
    WHERE CASE WHEN m.seq = 1 THEN {_row("m", "_before")} <> (0, 0, 0, 0, 0)
        ELSE p.seq IS NULL OR {_row("m", "_before")} <> {_row("p", "_after")} END
    """,  # noqa: S608
)
_HEAD = Check(
    "each level shows what its ledger ends with",
    f"""
    SELECT 'level ' || l.id, coalesce(m.seq || ': ' || {_row("m", "_after")}::text, 'no movement'),
        coalesce(l.head_seq || ': ', '') || {_row("l")}::text
    FROM stock_levels l LEFT JOIN LATERAL (
        SELECT * FROM stock_movements WHERE level_id = l.id ORDER BY seq DESC LIMIT 1
    ) m ON true
    WHERE CASE WHEN m.seq IS NULL
        THEN l.head_seq IS NOT NULL OR {_row("l")} <> (0, 0, 0, 0, 0)
        ELSE m.seq IS DISTINCT FROM l.head_seq OR {_row("m", "_after")} <> {_row("l")} END
    """,  # noqa: S608
)
_SUM = Check(
    "each bucket is the sum of its movements",
    f"""
    SELECT 'level ' || l.id, {_row("m")}::text, {_row("l")}::text
    FROM stock_levels l CROSS JOIN LATERAL (
        SELECT {_SUMS} FROM stock_movements WHERE level_id = l.id
    ) m
    WHERE {_row("m")} <> {_row("l")}
    """,  # noqa: S608
)
_RANGE = Check(
    "no bucket is below zero",
    f"""
    SELECT 'level ' || l.id, 'nothing below 0', {_row("l")}::text
    FROM stock_levels l WHERE least{_row("l")} < 0
    """,  # noqa: S608
)
_COMMITTED = Check(
    "committed stock is the sum of its allocations",
    """
    SELECT 'level ' || l.id, a.total::text, l.committed::text
    FROM stock_levels l CROSS JOIN LATERAL (
        SELECT coalesce(sum(quantity), 0) AS total FROM allocations WHERE level_id = l.id
    ) a
    WHERE a.total <> l.committed OR l.uncovered <> 0
    """,
)
_TIME = Check(
    "time runs forward along each ledger, and a posting has one time",
    """
    SELECT 'level ' || m.level_id || ' movement ' || m.seq,
        'after ' || coalesce(b.recorded_at::text, 'nothing') || ', at ' || p.recorded_at,
        m.recorded_at::text
    FROM stock_movements m JOIN postings p ON p.id = m.posting_id
    LEFT JOIN stock_movements b ON b.level_id = m.level_id AND b.seq = m.seq - 1
    WHERE m.recorded_at <> p.recorded_at OR m.recorded_at <= b.recorded_at
    """,
)
_REVERSAL = Check(
    "a reversal is the opposite of what it reverses",
    """
    SELECT 'posting ' || undo.posting_id, 'the opposite of ' || undo.undone_id,
        'level ' || undo.level_id
    FROM (
        SELECT r.id AS posting_id, r.reverses_posting_id AS undone_id, m.level_id
        FROM postings r JOIN stock_movements m ON m.posting_id IN (r.id, r.reverses_posting_id)
        WHERE r.reverses_posting_id IS NOT NULL
        GROUP BY r.id, m.level_id
        HAVING (sum(available_delta), sum(reserved_delta), sum(committed_delta),
            sum(damaged_delta), sum(quality_hold_delta)) <> (0, 0, 0, 0, 0)
    ) undo
    """,
)
_EMPTY = Check(
    "every posting moved something",
    """
    SELECT 'posting ' || p.id, 'a movement', 'none'
    FROM postings p WHERE NOT EXISTS (SELECT FROM stock_movements WHERE posting_id = p.id)
    """,
)

_CLOSED = Check(
    "no archived place has stock, nor one that holds none",
    """
    SELECT 'level ' || l.id, 'nothing at location ' || p.id, l.on_hand || ' on hand'
    FROM stock_levels l JOIN locations p ON p.id = l.location_id
    WHERE l.on_hand > 0 AND (p.archived_at IS NOT NULL OR NOT p.holds_stock)
    """,
)
_UNTRACKED = Check(
    "there is stock only of items that stock is kept of",
    """
    SELECT 'level ' || l.id, 'nothing of item ' || i.id, l.on_hand || ' on hand'
    FROM stock_levels l JOIN items i ON i.id = l.item_id
    WHERE l.on_hand > 0 AND NOT i.track_stock
    """,
)

STOCK_CHECKS = [
    _CHAIN,
    _HEAD,
    _SUM,
    _RANGE,
    _COMMITTED,
    _TIME,
    _REVERSAL,
    _EMPTY,
    _CLOSED,
    _UNTRACKED,
]
