"""Stock levels, and the ledger that the database itself keeps right.

Written as SQL because the rules are the point: a movement must begin as the one before it ended,
a level must show what its ledger ends with, and committed stock must be what is allocated.
The last two are judged when a transaction commits.
"""

from alembic import op

STOCK_LEVELS = """
CREATE TABLE stock_levels (
    id uuid NOT NULL,
    item_id uuid NOT NULL,
    location_id uuid NOT NULL,
    lot_id uuid,
    available bigint NOT NULL DEFAULT 0,
    reserved bigint NOT NULL DEFAULT 0, committed bigint NOT NULL DEFAULT 0,
    damaged bigint NOT NULL DEFAULT 0, quality_hold bigint NOT NULL DEFAULT 0,
    on_hand bigint NOT NULL
        GENERATED ALWAYS AS (available + reserved + committed + damaged + quality_hold) STORED,
    head_seq bigint,
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_stock_levels PRIMARY KEY (id),
    CONSTRAINT uq_stock_levels_item_id_location_id_lot_id
        UNIQUE NULLS NOT DISTINCT (item_id, location_id, lot_id),
    CONSTRAINT fk_stock_levels_item_id_items FOREIGN KEY (item_id) REFERENCES items (id),
    CONSTRAINT fk_stock_levels_location_id_locations
        FOREIGN KEY (location_id) REFERENCES locations (id),
    CONSTRAINT ck_stock_levels_available_in_range CHECK (available BETWEEN 0 AND 9007199254740991),
    CONSTRAINT ck_stock_levels_reserved_in_range CHECK (reserved BETWEEN 0 AND 9007199254740991),
    CONSTRAINT ck_stock_levels_committed_in_range CHECK (committed BETWEEN 0 AND 9007199254740991),
    CONSTRAINT ck_stock_levels_damaged_in_range CHECK (damaged BETWEEN 0 AND 9007199254740991),
    CONSTRAINT ck_stock_levels_quality_hold_in_range
        CHECK (quality_hold BETWEEN 0 AND 9007199254740991),
    CONSTRAINT ck_stock_levels_reserved_needs_holds CHECK (reserved = 0),
    CONSTRAINT ck_stock_levels_no_stock_without_ledger CHECK (
        head_seq IS NOT NULL
        OR (available, reserved, committed, damaged, quality_hold) = (0, 0, 0, 0, 0)
    )
) WITH (fillfactor = 80)
"""

POSTINGS = """
CREATE TABLE postings (
    id uuid NOT NULL,
    kind varchar(30) NOT NULL,
    reason varchar(500),
    note varchar(2000),
    reference_type varchar(40), reference_id varchar(200),
    actor varchar(60) NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    reverses_posting_id uuid,
    CONSTRAINT pk_postings PRIMARY KEY (id),
    CONSTRAINT uq_postings_reverses_posting_id UNIQUE (reverses_posting_id),
    CONSTRAINT fk_postings_reverses_posting_id_postings
        FOREIGN KEY (reverses_posting_id) REFERENCES postings (id),
    CONSTRAINT ck_postings_postingkind CHECK (kind IN (
        'RECEIVE', 'ADJUST', 'SET', 'MOVE', 'ALLOCATE', 'DEALLOCATE', 'FULFILL', 'RETURN', 'REVERSE'
    )),
    CONSTRAINT ck_postings_reference_is_whole
        CHECK ((reference_type IS NULL) = (reference_id IS NULL)),
    CONSTRAINT ck_postings_not_its_own_reversal CHECK (reverses_posting_id <> id),
    CONSTRAINT ck_postings_reversal_names_posting
        CHECK ((kind = 'REVERSE') = (reverses_posting_id IS NOT NULL))
)
"""

STOCK_MOVEMENTS = """
CREATE TABLE stock_movements (
    level_id uuid NOT NULL,
    seq bigint NOT NULL,
    prev_seq bigint GENERATED ALWAYS AS (nullif(seq - 1, 0)) STORED,
    posting_id uuid NOT NULL,
    available_delta bigint NOT NULL, reserved_delta bigint NOT NULL,
    committed_delta bigint NOT NULL, damaged_delta bigint NOT NULL,
    quality_hold_delta bigint NOT NULL,
    available_before bigint NOT NULL, reserved_before bigint NOT NULL,
    committed_before bigint NOT NULL, damaged_before bigint NOT NULL,
    quality_hold_before bigint NOT NULL,
    available_after bigint GENERATED ALWAYS AS (available_before + available_delta) STORED NOT NULL,
    reserved_after bigint GENERATED ALWAYS AS (reserved_before + reserved_delta) STORED NOT NULL,
    committed_after bigint GENERATED ALWAYS AS (committed_before + committed_delta) STORED NOT NULL,
    damaged_after bigint GENERATED ALWAYS AS (damaged_before + damaged_delta) STORED NOT NULL,
    quality_hold_after bigint
        GENERATED ALWAYS AS (quality_hold_before + quality_hold_delta) STORED NOT NULL,
    unit_cost numeric(18, 4),
    currency varchar(3),
    recorded_at timestamptz NOT NULL,
    prev_recorded_at timestamptz,
    CONSTRAINT pk_stock_movements PRIMARY KEY (level_id, seq),
    CONSTRAINT uq_stock_movements_state UNIQUE (
        level_id, seq, available_after, reserved_after, committed_after, damaged_after,
        quality_hold_after, recorded_at
    ),
    CONSTRAINT fk_stock_movements_begins_as_the_last_one_ended FOREIGN KEY (
        level_id, prev_seq, available_before, reserved_before, committed_before, damaged_before,
        quality_hold_before, prev_recorded_at
    ) REFERENCES stock_movements (
        level_id, seq, available_after, reserved_after, committed_after, damaged_after,
        quality_hold_after, recorded_at
    ),
    CONSTRAINT fk_stock_movements_level_id_stock_levels FOREIGN KEY (level_id)
        REFERENCES stock_levels (id),
    CONSTRAINT fk_stock_movements_posting_id_postings FOREIGN KEY (posting_id)
        REFERENCES postings (id),
    CONSTRAINT ck_stock_movements_seq_from_one CHECK (seq >= 1),
    CONSTRAINT ck_stock_movements_opens_at_zero CHECK (
        seq > 1
        OR (available_before, reserved_before, committed_before, damaged_before,
            quality_hold_before) = (0, 0, 0, 0, 0)
    ),
    CONSTRAINT ck_stock_movements_names_the_time_of_the_last_one
        CHECK ((seq = 1) = (prev_recorded_at IS NULL)),
    CONSTRAINT ck_stock_movements_time_runs_forward CHECK (prev_recorded_at < recorded_at),
    CONSTRAINT ck_stock_movements_buckets_not_negative CHECK (least(
        available_after, reserved_after, committed_after, damaged_after, quality_hold_after
    ) >= 0),
    CONSTRAINT ck_stock_movements_cost_with_currency
        CHECK ((unit_cost IS NULL) = (currency IS NULL)),
    CONSTRAINT ck_stock_movements_unit_cost_not_negative CHECK (unit_cost >= 0)
)
"""

HEAD_NAME = "fk_stock_levels_shows_the_end_of_its_ledger"
HEAD = f"""
ALTER TABLE stock_levels ADD CONSTRAINT {HEAD_NAME} FOREIGN KEY (
    id, head_seq, available, reserved, committed, damaged, quality_hold, updated_at
) REFERENCES stock_movements (
    level_id, seq, available_after, reserved_after, committed_after, damaged_after,
    quality_hold_after, recorded_at
) DEFERRABLE INITIALLY DEFERRED
"""

ALLOCATIONS = """
CREATE TABLE allocations (
    id uuid NOT NULL,
    level_id uuid NOT NULL,
    order_line_id uuid NOT NULL,
    quantity bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_allocations PRIMARY KEY (id),
    CONSTRAINT uq_allocations_order_line_id_level_id UNIQUE (order_line_id, level_id),
    CONSTRAINT fk_allocations_level_id_stock_levels
        FOREIGN KEY (level_id) REFERENCES stock_levels (id),
    CONSTRAINT ck_allocations_quantity_positive CHECK (quantity > 0)
)
"""

INDEXES = (
    "CREATE INDEX ix_stock_levels_location_id ON stock_levels (location_id)",
    "CREATE INDEX ix_postings_recorded_at ON postings (recorded_at, id)",
    "CREATE INDEX ix_postings_reference ON postings (reference_id) WHERE reference_id IS NOT NULL",
    "CREATE INDEX ix_stock_movements_as_of ON stock_movements (level_id, recorded_at)",
    "CREATE INDEX ix_stock_movements_recorded_at ON stock_movements (recorded_at, level_id)",
    "CREATE INDEX ix_stock_movements_posting_id ON stock_movements (posting_id)",
    "CREATE INDEX ix_allocations_level_id ON allocations (level_id)",
)

FUNCTIONS = (
    """
CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger only grows: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'ledger_only_grows',
            TABLE = TG_TABLE_NAME;
END $$
""",
    """
CREATE FUNCTION refuse_level_relocation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'stock level % belongs to its item and location for good', OLD.id
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'level_keeps_its_place',
            TABLE = TG_TABLE_NAME;
END $$
""",
    """
CREATE FUNCTION check_ledger_end() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    level uuid;
BEGIN
    IF TG_TABLE_NAME = 'stock_levels' THEN level := NEW.id; ELSE level := NEW.level_id; END IF;
    IF EXISTS (
        SELECT FROM stock_levels l JOIN stock_movements m
            ON m.level_id = l.id AND m.seq = coalesce(l.head_seq, 0) + 1
        WHERE l.id = level
    ) THEN
        RAISE EXCEPTION 'the ledger of stock level % goes on after its head', level
            USING ERRCODE = 'check_violation', CONSTRAINT = 'head_is_the_last_movement',
                TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$
""",
    """
CREATE FUNCTION check_committed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched uuid[];
    wrong uuid;
BEGIN
    IF TG_TABLE_NAME = 'stock_levels' THEN touched := ARRAY[NEW.id];
    ELSIF TG_OP = 'DELETE' THEN touched := ARRAY[OLD.level_id];
    ELSIF TG_OP = 'INSERT' THEN touched := ARRAY[NEW.level_id];
    ELSE touched := ARRAY[OLD.level_id, NEW.level_id];
    END IF;
    SELECT l.id INTO wrong FROM stock_levels l
        WHERE l.id = ANY (touched) AND l.committed <> (
            SELECT coalesce(sum(a.quantity), 0) FROM allocations a WHERE a.level_id = l.id
        )
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the committed stock of level % is not the sum of its allocations', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'committed_is_allocated',
                TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$
""",
)

TRIGGERS = (
    """
CREATE TRIGGER stock_levels_keep_their_place
    BEFORE UPDATE OF id, item_id, location_id, lot_id ON stock_levels
    FOR EACH ROW EXECUTE FUNCTION refuse_level_relocation()
""",
    """
CREATE CONSTRAINT TRIGGER stock_levels_end_their_ledger AFTER UPDATE OF head_seq ON stock_levels
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.head_seq IS DISTINCT FROM NEW.head_seq) EXECUTE FUNCTION check_ledger_end()
""",
    """
CREATE CONSTRAINT TRIGGER stock_movements_end_at_the_head AFTER INSERT ON stock_movements
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_ledger_end()
""",
    """
CREATE CONSTRAINT TRIGGER stock_levels_commit_allocations AFTER UPDATE OF committed ON stock_levels
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.committed <> NEW.committed) EXECUTE FUNCTION check_committed()
""",
    """
CREATE CONSTRAINT TRIGGER stock_levels_open_with_allocations AFTER INSERT ON stock_levels
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.committed <> 0) EXECUTE FUNCTION check_committed()
""",
    """
CREATE CONSTRAINT TRIGGER allocations_are_committed AFTER INSERT OR UPDATE OR DELETE ON allocations
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_committed()
""",
    *(
        f"CREATE TRIGGER {table}_only_grow BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change()"
        for table in ("postings", "stock_movements")
    ),
    *(
        f"CREATE TRIGGER {table}_stay BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()"
        for table in ("postings", "stock_movements", "stock_levels", "allocations")
    ),
)

revision = "20261122_1100"
down_revision = "20261122_1050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    for statement in (STOCK_LEVELS, POSTINGS, STOCK_MOVEMENTS, HEAD, ALLOCATIONS):
        op.execute(statement)
    for statement in (*INDEXES, *FUNCTIONS, *TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    """Take back."""
    op.execute(f"ALTER TABLE stock_levels DROP CONSTRAINT {HEAD_NAME}")
    for table in ("allocations", "stock_movements", "postings", "stock_levels"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION check_committed(), check_ledger_end()")
    op.execute("DROP FUNCTION refuse_level_relocation(), refuse_ledger_change()")
