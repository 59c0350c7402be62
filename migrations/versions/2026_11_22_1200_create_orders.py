"""Customers, orders and fulfillments.

Written as SQL because the rules are the point, and the last of them are judged when a transaction
commits: what a line counts as allocated and fulfilled is what its allocations and fulfillments say,
an order costs what its lines cost, and it is open as long as something of it is left to do.
"""

from alembic import op

CUSTOMERS = """
CREATE TABLE customers (
    id uuid NOT NULL,
    name varchar(200) NOT NULL,
    email varchar(254),
    external_ref varchar(100),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_customers PRIMARY KEY (id),
    CONSTRAINT uq_customers_external_ref UNIQUE (external_ref)
)
"""

ORDERS = """
CREATE TABLE orders (
    id uuid NOT NULL,
    number bigint NOT NULL GENERATED ALWAYS AS IDENTITY (START WITH 1001),
    source varchar(60) NOT NULL DEFAULT '',
    external_ref varchar(100),
    customer_id uuid,
    status varchar(30) NOT NULL,
    currency varchar(3) NOT NULL,
    note varchar(2000),
    subtotal numeric(18, 4) NOT NULL,
    discount_total numeric(18, 4) NOT NULL,
    total numeric(18, 4) NOT NULL,
    placed_by uuid,
    placed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    completed_at timestamptz,
    cancelled_at timestamptz,
    cancel_reason varchar(500),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_orders PRIMARY KEY (id),
    CONSTRAINT uq_orders_number UNIQUE (number),
    CONSTRAINT uq_orders_source_external_ref UNIQUE (source, external_ref),
    CONSTRAINT fk_orders_customer_id_customers
        FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE RESTRICT,
    CONSTRAINT fk_orders_placed_by_users
        FOREIGN KEY (placed_by) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_orders_orderstatus CHECK (status IN ('PLACED', 'COMPLETED', 'CANCELLED')),
    CONSTRAINT ck_orders_total_adds_up CHECK (total = subtotal - discount_total),
    CONSTRAINT ck_orders_discount_in_bounds
        CHECK (discount_total >= 0 AND discount_total <= subtotal),
    CONSTRAINT ck_orders_completed_with_time
        CHECK ((status = 'COMPLETED') = (completed_at IS NOT NULL)),
    CONSTRAINT ck_orders_cancelled_with_time
        CHECK ((status = 'CANCELLED') = (cancelled_at IS NOT NULL))
)
"""

ORDER_LINES = """
CREATE TABLE order_lines (
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    position integer NOT NULL,
    item_id uuid NOT NULL,
    sku varchar(64) NOT NULL,
    name varchar(200) NOT NULL,
    track_stock boolean NOT NULL,
    quantity bigint NOT NULL,
    unit_price numeric(18, 4) NOT NULL,
    discount numeric(7, 6) NOT NULL,
    subtotal numeric(18, 4) NOT NULL,
    discount_amount numeric(18, 4) NOT NULL,
    total numeric(18, 4) NOT NULL,
    allocated bigint NOT NULL DEFAULT 0,
    fulfilled bigint NOT NULL DEFAULT 0,
    cancelled bigint NOT NULL DEFAULT 0,
    backordered bigint NOT NULL GENERATED ALWAYS AS (
        CASE WHEN track_stock THEN quantity - allocated - fulfilled - cancelled ELSE 0 END
    ) STORED,
    CONSTRAINT pk_order_lines PRIMARY KEY (id),
    CONSTRAINT uq_order_lines_order_id_position UNIQUE (order_id, position),
    CONSTRAINT fk_order_lines_order_id_orders
        FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT,
    CONSTRAINT fk_order_lines_item_id_items
        FOREIGN KEY (item_id) REFERENCES items (id) ON DELETE RESTRICT,
    CONSTRAINT ck_order_lines_quantity_positive CHECK (quantity > 0),
    CONSTRAINT ck_order_lines_counters_not_negative
        CHECK (allocated >= 0 AND fulfilled >= 0 AND cancelled >= 0),
    CONSTRAINT ck_order_lines_counters_in_bounds
        CHECK (allocated + fulfilled + cancelled <= quantity),
    CONSTRAINT ck_order_lines_only_stock_is_allocated CHECK (track_stock OR allocated = 0),
    CONSTRAINT ck_order_lines_unit_price_not_negative CHECK (unit_price >= 0),
    CONSTRAINT ck_order_lines_discount_is_a_fraction CHECK (discount >= 0 AND discount <= 1),
    CONSTRAINT ck_order_lines_total_adds_up CHECK (total = subtotal - discount_amount),
    CONSTRAINT ck_order_lines_discount_in_bounds
        CHECK (discount_amount >= 0 AND discount_amount <= subtotal)
)
"""

FULFILLMENTS = """
CREATE TABLE fulfillments (
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    location_id uuid,
    tracking varchar(200),
    fulfilled_by uuid,
    fulfilled_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_fulfillments PRIMARY KEY (id),
    CONSTRAINT fk_fulfillments_order_id_orders
        FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT,
    CONSTRAINT fk_fulfillments_location_id_locations
        FOREIGN KEY (location_id) REFERENCES locations (id) ON DELETE RESTRICT,
    CONSTRAINT fk_fulfillments_fulfilled_by_users
        FOREIGN KEY (fulfilled_by) REFERENCES users (id) ON DELETE RESTRICT
)
"""

FULFILLMENT_LINES = """
CREATE TABLE fulfillment_lines (
    fulfillment_id uuid NOT NULL,
    order_line_id uuid NOT NULL,
    quantity bigint NOT NULL,
    CONSTRAINT pk_fulfillment_lines PRIMARY KEY (fulfillment_id, order_line_id),
    CONSTRAINT fk_fulfillment_lines_fulfillment_id_fulfillments
        FOREIGN KEY (fulfillment_id) REFERENCES fulfillments (id) ON DELETE RESTRICT,
    CONSTRAINT fk_fulfillment_lines_order_line_id_order_lines
        FOREIGN KEY (order_line_id) REFERENCES order_lines (id) ON DELETE RESTRICT,
    CONSTRAINT ck_fulfillment_lines_quantity_positive CHECK (quantity > 0)
)
"""

INDEXES = (
    "CREATE INDEX ix_customers_created_at ON customers (created_at)",
    "CREATE INDEX ix_customers_email ON customers (email)",
    "CREATE INDEX ix_customers_name ON customers (name)",
    "CREATE INDEX ix_orders_customer_id_placed_at ON orders (customer_id, placed_at)",
    "CREATE INDEX ix_orders_placed_at ON orders (placed_at)",
    "CREATE INDEX ix_orders_status_placed_at ON orders (status, placed_at)",
    "CREATE INDEX ix_orders_total ON orders (total)",
    "CREATE INDEX ix_order_lines_backordered ON order_lines (item_id) WHERE backordered > 0",
    "CREATE INDEX ix_order_lines_item_id ON order_lines (item_id)",
    "CREATE INDEX ix_fulfillments_fulfilled_at ON fulfillments (fulfilled_at)",
    "CREATE INDEX ix_fulfillments_location_id ON fulfillments (location_id)",
    "CREATE INDEX ix_fulfillments_order_id ON fulfillments (order_id)",
    "CREATE INDEX ix_fulfillment_lines_order_line_id ON fulfillment_lines (order_line_id)",
)

LINKS = (
    "ALTER TABLE users ADD CONSTRAINT fk_users_customer_id_customers"
    " FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE RESTRICT",
    "ALTER TABLE allocations ADD CONSTRAINT fk_allocations_order_line_id_order_lines"
    " FOREIGN KEY (order_line_id) REFERENCES order_lines (id) ON DELETE RESTRICT",
)

FUNCTIONS = (
    """
CREATE FUNCTION check_order_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched uuid[];
    wrong uuid;
BEGIN
    IF TG_TABLE_NAME = 'order_lines' THEN touched := ARRAY[NEW.id];
    ELSIF TG_OP = 'DELETE' THEN touched := ARRAY[OLD.order_line_id];
    ELSIF TG_OP = 'INSERT' THEN touched := ARRAY[NEW.order_line_id];
    ELSE touched := ARRAY[OLD.order_line_id, NEW.order_line_id];
    END IF;
    SELECT l.id INTO wrong FROM order_lines l WHERE l.id = ANY (touched) AND (
        l.allocated <> (
            SELECT coalesce(sum(a.quantity), 0) FROM allocations a WHERE a.order_line_id = l.id
        ) OR l.fulfilled <> (
            SELECT coalesce(sum(f.quantity), 0) FROM fulfillment_lines f
            WHERE f.order_line_id = l.id
        )
    ) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'order line % does not count what is allocated and fulfilled', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'line_counts_are_true',
                TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$
""",
    """
CREATE FUNCTION check_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched uuid[];
    wrong uuid;
BEGIN
    IF TG_TABLE_NAME = 'orders' THEN touched := ARRAY[NEW.id];
    ELSIF TG_OP = 'DELETE' THEN touched := ARRAY[OLD.order_id];
    ELSIF TG_OP = 'INSERT' THEN touched := ARRAY[NEW.order_id];
    ELSE touched := ARRAY[OLD.order_id, NEW.order_id];
    END IF;
    SELECT o.id INTO wrong FROM orders o LEFT JOIN order_lines l ON l.order_id = o.id
        WHERE o.id = ANY (touched)
        GROUP BY o.id
        HAVING (sum(l.subtotal), sum(l.discount_amount))
                IS DISTINCT FROM (o.subtotal, o.discount_total)
            OR (o.status = 'PLACED') <> bool_or(l.fulfilled + l.cancelled < l.quantity)
            OR (o.status = 'CANCELLED' AND sum(l.fulfilled) > 0)
            OR (o.status = 'COMPLETED' AND sum(l.fulfilled) = 0)
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'order % is not what its lines say', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_agrees_with_lines',
                TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$
""",
)

TRIGGERS = (
    """
CREATE CONSTRAINT TRIGGER order_lines_count_true AFTER UPDATE OF allocated, fulfilled
    ON order_lines DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.allocated, OLD.fulfilled) IS DISTINCT FROM (NEW.allocated, NEW.fulfilled))
    EXECUTE FUNCTION check_order_line()
""",
    """
CREATE CONSTRAINT TRIGGER order_lines_begin_true AFTER INSERT
    ON order_lines DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.allocated <> 0 OR NEW.fulfilled <> 0) EXECUTE FUNCTION check_order_line()
""",
    *(
        f"CREATE CONSTRAINT TRIGGER {table}_are_counted AFTER INSERT OR UPDATE OR DELETE ON {table}"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_order_line()"
        for table in ("allocations", "fulfillment_lines")
    ),
    """
CREATE CONSTRAINT TRIGGER orders_agree_with_lines
    AFTER INSERT OR UPDATE OF id, status, subtotal, discount_total ON orders
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_order()
""",
    """
CREATE CONSTRAINT TRIGGER order_lines_agree_with_order AFTER INSERT OR DELETE OR UPDATE
    OF order_id, quantity, subtotal, discount_amount, fulfilled, cancelled ON order_lines
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_order()
""",
)

revision = "20261122_1200"
down_revision = "20261122_1100"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    for statement in (CUSTOMERS, ORDERS, ORDER_LINES, FULFILLMENTS, FULFILLMENT_LINES):
        op.execute(statement)
    for statement in (*INDEXES, *LINKS, *FUNCTIONS, *TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    """Take back."""
    op.execute("DROP TRIGGER allocations_are_counted ON allocations")
    op.execute("ALTER TABLE allocations DROP CONSTRAINT fk_allocations_order_line_id_order_lines")
    op.execute("ALTER TABLE users DROP CONSTRAINT fk_users_customer_id_customers")
    for table in ("fulfillment_lines", "fulfillments", "order_lines", "orders", "customers"):
        op.execute(f"DROP TABLE {table}")
    for function in ("check_order", "check_order_line"):
        op.execute(f"DROP FUNCTION {function}()")
