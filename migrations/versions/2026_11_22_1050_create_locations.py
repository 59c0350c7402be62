"""Locations: a tree of places without cycles."""

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

revision = "20261122_1050"
down_revision = "20261122_1000"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    for statement in (LOCATIONS, *INDEXES, NO_CYCLE):
        op.execute(statement)


def downgrade() -> None:
    """Take back."""
    op.execute("DROP TABLE locations")
