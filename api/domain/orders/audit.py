"""What the audit of the books recomputes of orders."""

from api.domain.auditing import Check

_ALLOCATED = Check(
    "an order line counts as allocated what is allocated to it",
    """
    SELECT 'order line ' || l.id, a.total::text, l.allocated::text
    FROM order_lines l CROSS JOIN LATERAL (
        SELECT coalesce(sum(quantity), 0) AS total FROM allocations WHERE order_line_id = l.id
    ) a
    WHERE a.total <> l.allocated
    """,
)
_FULFILLED = Check(
    "an order line counts as fulfilled what has left for it",
    """
    SELECT 'order line ' || l.id, f.total::text, l.fulfilled::text
    FROM order_lines l CROSS JOIN LATERAL (
        SELECT coalesce(sum(quantity), 0) AS total FROM fulfillment_lines
        WHERE order_line_id = l.id
    ) f
    WHERE f.total <> l.fulfilled
    """,
)
_BOUNDS = Check(
    "no order line counts more than was ordered, or less than nothing",
    """
    SELECT 'order line ' || id, '0 to ' || quantity,
        (allocated, fulfilled, cancelled, backordered)::text
    FROM order_lines
    WHERE least(allocated, fulfilled, cancelled, backordered) < 0
        OR allocated + fulfilled + cancelled > quantity
    """,
)
_MONEY = Check(
    "an order costs what its lines cost",
    """
    SELECT 'order ' || o.id, l.sums::text, (o.subtotal, o.discount_total, o.total)::text
    FROM orders o CROSS JOIN LATERAL (
        SELECT (sum(subtotal), sum(discount_amount), sum(subtotal - discount_amount)) AS sums
        FROM order_lines WHERE order_id = o.id
    ) l
    WHERE l.sums IS DISTINCT FROM (o.subtotal, o.discount_total, o.total)
    """,
)
_STATUS = Check(
    "an order is open as long as something of it is left to do",
    """
    SELECT 'order ' || o.id, l.status, o.status
    FROM orders o CROSS JOIN LATERAL (
        SELECT CASE WHEN bool_or(fulfilled + cancelled < quantity) THEN 'PLACED'
            WHEN sum(fulfilled) > 0 THEN 'COMPLETED' ELSE 'CANCELLED' END AS status
        FROM order_lines WHERE order_id = o.id
    ) l
    WHERE l.status <> o.status
    """,
)
_LEFT = Check(
    "what left for an order left the stock",
    """
    SELECT 'order ' || o.id, m.quantity::text, f.quantity::text
    FROM orders o CROSS JOIN LATERAL (
        SELECT coalesce(sum(fl.quantity), 0) AS quantity
        FROM fulfillments f JOIN fulfillment_lines fl ON fl.fulfillment_id = f.id
        WHERE f.order_id = o.id AND f.location_id IS NOT NULL
    ) f CROSS JOIN LATERAL (
        SELECT coalesce(-sum(m.committed_delta), 0) AS quantity
        FROM postings p JOIN stock_movements m ON m.posting_id = p.id
        WHERE p.kind = 'FULFILL' AND p.reference_id = 'order_' || replace(o.id::text, '-', '')
    ) m
    WHERE f.quantity <> m.quantity
    """,
)

ORDER_CHECKS = [_ALLOCATED, _FULFILLED, _BOUNDS, _MONEY, _STATUS, _LEFT]
