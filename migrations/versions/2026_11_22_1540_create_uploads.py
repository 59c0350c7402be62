"""Pictures: of items, of users, or waiting to be put to use until they expire."""

from alembic import op

UPLOADS = """
CREATE TABLE uploads (
    id uuid NOT NULL,
    item_id uuid,
    position integer,
    avatar_of uuid,
    uploaded_by uuid,
    file_name varchar(255) NOT NULL,
    alt varchar(500),
    format varchar(30) NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    size integer NOT NULL,
    small_size integer NOT NULL,
    large_size integer NOT NULL,
    content_hash varchar(64) NOT NULL,
    expires_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_uploads PRIMARY KEY (id),
    CONSTRAINT fk_uploads_item_id_items
        FOREIGN KEY (item_id) REFERENCES items (id) ON DELETE RESTRICT,
    CONSTRAINT fk_uploads_avatar_of_users
        FOREIGN KEY (avatar_of) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT fk_uploads_uploaded_by_users
        FOREIGN KEY (uploaded_by) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT uq_uploads_item_id_position
        UNIQUE (item_id, position) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT uq_uploads_item_id_content_hash UNIQUE (item_id, content_hash),
    CONSTRAINT uq_uploads_avatar_of UNIQUE (avatar_of),
    CONSTRAINT ck_uploads_imageformat CHECK (format IN ('PNG', 'JPEG', 'WEBP')),
    CONSTRAINT ck_uploads_position_on_an_item CHECK ((item_id IS NULL) = (position IS NULL)),
    CONSTRAINT ck_uploads_in_one_use_or_waiting
        CHECK (num_nonnulls(item_id, avatar_of, expires_at) = 1)
)
"""
INDEXES = (
    "CREATE INDEX ix_uploads_expires_at ON uploads (expires_at) WHERE expires_at IS NOT NULL",
    "CREATE INDEX ix_uploads_uploaded_by ON uploads (uploaded_by) WHERE expires_at IS NOT NULL",
)

revision = "20261122_1540"
down_revision = "20261122_1530"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    for statement in (UPLOADS, *INDEXES):
        op.execute(statement)


def downgrade() -> None:
    """Take back."""
    op.execute("DROP TABLE uploads")
