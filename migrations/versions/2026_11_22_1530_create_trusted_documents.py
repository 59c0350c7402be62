"""GraphQL documents that clients name by their hashes."""

from alembic import op

DOCUMENTS = """
CREATE TABLE trusted_documents (
    id varchar(71) NOT NULL,
    text text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_trusted_documents PRIMARY KEY (id),
    CONSTRAINT ck_trusted_documents_is_its_hash
        CHECK (id = 'sha256:' || encode(sha256(convert_to(text, 'UTF8')), 'hex'))
)
"""

revision = "20261122_1530"
down_revision = "20261122_1512"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.execute(DOCUMENTS)


def downgrade() -> None:
    """Take back."""
    op.execute("DROP TABLE trusted_documents")
