"""Locations: a tree of places without cycles; and what may not be given up while stock is there.

The tables that the last rules look into come with the next migrations: nothing changes a location
or an item before.
"""

from alembic import op

LOCATIONS = """
CREATE TABLE locations (
    id uuid NOT NULL,
    code varchar(40) NOT NULL,
    name varchar(200) NOT NULL,
    kind varchar(30) NOT NULL,
    parent_id uuid,
    holds_stock boolean NOT NULL,
    sellable boolean NOT NULL,
    priority integer NOT NULL,
    archived_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT pk_locations PRIMARY KEY (id),
    CONSTRAINT fk_locations_parent_id_locations
        FOREIGN KEY (parent_id) REFERENCES locations (id) ON DELETE RESTRICT,
    CONSTRAINT ck_locations_locationkind
        CHECK (kind IN ('WAREHOUSE', 'STORE', 'ZONE', 'BIN', 'TRANSIT', 'EXTERNAL')),
    CONSTRAINT ck_locations_not_its_own_parent CHECK (parent_id <> id),
    CONSTRAINT ck_locations_priority_not_negative CHECK (priority >= 0)
)
"""

INDEXES = (
    "CREATE UNIQUE INDEX uq_locations_code ON locations (lower(code))",
    "CREATE INDEX ix_locations_name ON locations (name)",
    "CREATE INDEX ix_locations_parent_id ON locations (parent_id)",
    "CREATE INDEX ix_locations_created_at ON locations (created_at)",
)

NO_CYCLE = """
CREATE TRIGGER locations_no_cycle AFTER INSERT OR UPDATE OF parent_id ON locations
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION refuse_cycle()
"""

CLOSED_EMPTY = """
CREATE FUNCTION check_location_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- the row is locked against all who bring stock: they hold it FOR SHARE
    IF EXISTS (SELECT FROM stock_levels WHERE location_id = NEW.id AND on_hand > 0) THEN
        RAISE EXCEPTION 'location % still has stock', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'location_is_empty',
                TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$
"""
CLOSED_LOCATIONS = """
CREATE TRIGGER locations_close_empty AFTER UPDATE OF archived_at, holds_stock ON locations
    FOR EACH ROW WHEN (NEW.archived_at IS NOT NULL OR NOT NEW.holds_stock)
    EXECUTE FUNCTION check_location_empty()
"""

UNTRACKED_EMPTY = """
CREATE FUNCTION check_untracked_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- all who bring stock or order hold the row FOR KEY SHARE: wait for them, and let others wait,
    -- for which the lock must be there before the update
    PERFORM FROM items WHERE id = NEW.id FOR UPDATE;
    IF EXISTS (SELECT FROM stock_levels WHERE item_id = NEW.id AND on_hand > 0) OR EXISTS (
        SELECT FROM order_lines
        WHERE item_id = NEW.id AND track_stock AND fulfilled + cancelled < quantity
    ) THEN
        RAISE EXCEPTION 'item % still has stock or open orders', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'items_without_stock_have_none',
                TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$
"""
UNTRACKED_ITEMS = """
CREATE TRIGGER items_stop_tracking_empty BEFORE UPDATE OF track_stock ON items
    FOR EACH ROW WHEN (OLD.track_stock AND NOT NEW.track_stock)
    EXECUTE FUNCTION check_untracked_item()
"""

revision = "20261122_1050"
down_revision = "20261122_1000"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    for statement in (LOCATIONS, *INDEXES, NO_CYCLE):
        op.execute(statement)
    for statement in (CLOSED_EMPTY, CLOSED_LOCATIONS, UNTRACKED_EMPTY, UNTRACKED_ITEMS):
        op.execute(statement)


def downgrade() -> None:
    """Take back."""
    op.execute("DROP TABLE locations")
    op.execute("DROP TRIGGER items_stop_tracking_empty ON items")
    op.execute("DROP FUNCTION check_location_empty(), check_untracked_item()")
