"""The proofs of orders and of committed stock cost the same however much there is.

An order is judged once when a transaction commits, not once for each of its lines; committed stock
is compared with its allocations by what each transaction adds to both, not by summing up all that
is allocated. And what was ordered, and at which price, is refused a change by hand.
"""

from collections.abc import Iterator

from alembic import context, op

UNCOVERED = "ALTER TABLE stock_levels ADD COLUMN uncovered bigint NOT NULL DEFAULT 0"

FUNCTIONS = (
    """
CREATE FUNCTION count_uncovered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.uncovered := NEW.committed;
    ELSIF pg_trigger_depth() = 1 AND NEW.uncovered <> OLD.uncovered THEN
        RAISE EXCEPTION 'only allocations cover the committed stock of level %', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'committed_is_allocated',
                TABLE = TG_TABLE_NAME;
    ELSE
        NEW.uncovered := NEW.uncovered + NEW.committed - OLD.committed;
    END IF;
    RETURN NEW;
END $$
""",
    """
CREATE FUNCTION cover_committed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE stock_levels SET uncovered = uncovered - more.quantity FROM (
            SELECT level_id, sum(quantity) AS quantity FROM after GROUP BY level_id
        ) more WHERE id = more.level_id;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE stock_levels SET uncovered = uncovered + less.quantity FROM (
            SELECT level_id, sum(quantity) AS quantity FROM before GROUP BY level_id
        ) less WHERE id = less.level_id;
    ELSE
        UPDATE stock_levels SET uncovered = uncovered - more.quantity FROM (
            SELECT level_id, sum(quantity) AS quantity FROM (
                SELECT level_id, quantity FROM after
                UNION ALL SELECT level_id, -quantity FROM before
            ) change GROUP BY level_id
        ) more WHERE id = more.level_id;
    END IF;
    RETURN NULL;
END $$
""",
    """
CREATE FUNCTION check_covered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM stock_levels WHERE id = NEW.id AND uncovered <> 0) THEN
        RAISE EXCEPTION 'the committed stock of level % is not the sum of its allocations', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'committed_is_allocated',
                TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$
""",
    """
CREATE FUNCTION judge_orders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- an update that changes nothing: whatever updates an order has it judged at the commit
    IF TG_OP = 'INSERT' THEN
        UPDATE orders SET status = status WHERE id IN (SELECT order_id FROM after);
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE orders SET status = status WHERE id IN (SELECT order_id FROM before);
    ELSE
        UPDATE orders SET status = status WHERE id IN (
            SELECT a.order_id FROM after a JOIN before b ON b.id = a.id
            WHERE (a.fulfilled, a.cancelled) <> (b.fulfilled, b.cancelled)
        );
    END IF;
    RETURN NULL;
END $$
""",
    """
CREATE FUNCTION check_order_has_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- if there are lines, they came after the order, and had it judged
    IF NOT EXISTS (SELECT FROM order_lines WHERE order_id = NEW.id)
        AND EXISTS (SELECT FROM orders WHERE id = NEW.id)
    THEN
        RAISE EXCEPTION 'order % has no lines', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_agrees_with_lines',
                TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$
""",
    """
CREATE FUNCTION refuse_new_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was ordered and at which price stays as it was placed'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'order_keeps_its_terms',
            TABLE = TG_TABLE_NAME;
END $$
""",
)

# by the key of the movement alone, whatever the planner believes of the rest
LEDGER_END = """
CREATE OR REPLACE FUNCTION check_ledger_end() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    level uuid;
BEGIN
    IF TG_TABLE_NAME = 'stock_levels' THEN level := NEW.id; ELSE level := NEW.level_id; END IF;
    IF EXISTS (
        SELECT FROM stock_movements WHERE level_id = level AND seq = 1 + (
            SELECT coalesce(head_seq, 0) FROM stock_levels WHERE id = level
        )
    ) THEN
        RAISE EXCEPTION 'the ledger of stock level % goes on after its head', level
            USING ERRCODE = 'check_violation', CONSTRAINT = 'head_is_the_last_movement',
                TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$
"""

TABLES_OF = {
    "INSERT": "NEW TABLE AS after",
    "DELETE": "OLD TABLE AS before",
    "UPDATE": "OLD TABLE AS before NEW TABLE AS after",
}
EACH_STATEMENT = {
    f"{table}_{does}_{event.lower()}": f"AFTER {event} ON {table} REFERENCING {tables}"
    f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    for table, does, function in (
        ("allocations", "cover", "cover_committed"),
        ("order_lines", "judge", "judge_orders"),
    )
    for event, tables in TABLES_OF.items()
}
EACH_ROW = {
    "stock_levels_count_uncovered": "BEFORE INSERT OR UPDATE OF committed, uncovered"
    " ON stock_levels FOR EACH ROW EXECUTE FUNCTION count_uncovered()",
    "order_lines_keep_their_terms": "BEFORE UPDATE OF id, order_id, position, item_id, sku, name,"
    " track_stock, quantity, unit_price, discount, subtotal, discount_amount, total"
    " ON order_lines FOR EACH ROW EXECUTE FUNCTION refuse_new_terms()",
    "orders_keep_their_terms": "BEFORE UPDATE OF id, number, currency, subtotal, discount_total,"
    " total ON orders FOR EACH ROW EXECUTE FUNCTION refuse_new_terms()",
}
AT_COMMIT = {
    # nothing goes on after the head unless the head goes back or a movement comes
    "stock_levels_end_their_ledger": "AFTER UPDATE OF head_seq ON stock_levels"
    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
    " WHEN (OLD.head_seq IS NOT NULL AND (NEW.head_seq >= OLD.head_seq) IS NOT TRUE)"
    " EXECUTE FUNCTION check_ledger_end()",
    "stock_levels_commit_allocations": "AFTER INSERT OR UPDATE OF committed, uncovered"
    " ON stock_levels DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
    " WHEN (NEW.uncovered <> 0) EXECUTE FUNCTION check_covered()",
    "orders_have_lines": "AFTER INSERT ON orders"
    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_order_has_lines()",
    "orders_agree_with_lines": "AFTER UPDATE OF status ON orders"
    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_order()",
}
BEFORE = {
    "stock_levels_end_their_ledger": "stock_levels",
    "stock_levels_commit_allocations": "stock_levels",
    "stock_levels_open_with_allocations": "stock_levels",
    "allocations_are_committed": "allocations",
    "orders_agree_with_lines": "orders",
    "order_lines_agree_with_order": "order_lines",
}
"""The triggers that were in the place of these."""
INDEXED = ("check_order", "check_order_line", "check_ledger_end")
"""They look up a few rows by a key, and keep the plan of a day when the tables were still empty."""

revision = "20261122_1400"
down_revision = "20261122_1200"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    for name, table in BEFORE.items():
        op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute("DROP FUNCTION check_committed()")
    op.execute(UNCOVERED)
    for statement in (*FUNCTIONS, LEDGER_END):
        op.execute(statement)
    for name in INDEXED:
        op.execute(f"ALTER FUNCTION {name}() SET enable_seqscan = off")
    for name, rule in (EACH_STATEMENT | EACH_ROW).items():
        op.execute(f"CREATE TRIGGER {name} {rule}")
    for name, rule in AT_COMMIT.items():
        op.execute(f"CREATE CONSTRAINT TRIGGER {name} {rule}")


def downgrade() -> None:
    """Take back."""
    for name, rule in (EACH_STATEMENT | EACH_ROW | AT_COMMIT).items():
        table = rule.partition(" ON ")[2].split()[0]
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for statement in FUNCTIONS:
        op.execute(f"DROP FUNCTION {statement.split()[2]}")
    for name in INDEXED:
        op.execute(f"ALTER FUNCTION {name}() RESET enable_seqscan")
    op.execute("ALTER TABLE stock_levels DROP COLUMN uncovered")
    for statement in _written_before("20261122_1100", "20261122_1200"):
        op.execute(statement.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))


def _written_before(*revisions: str) -> Iterator[str]:
    """What the migrations said that made these triggers and their functions."""
    functions = ("FUNCTION check_committed()", "FUNCTION check_ledger_end()")
    names = (*functions, *(f"CONSTRAINT TRIGGER {name} " for name in BEFORE))
    for revision in revisions:
        module = context.script.get_revision(revision).module
        for statement in (*module.FUNCTIONS, *module.TRIGGERS):
            folded = " ".join(statement.split())
            if any(f"CREATE {name}" in folded for name in names):
                yield statement
