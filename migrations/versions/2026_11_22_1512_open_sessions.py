"""Sessions: what begins with a sign-in, and ends by itself, by its owner, or with all of a user's.

A session is good while its `auth_version` is its user's: counting that up ends all of them.
"""

from alembic import op

SESSIONS = """
CREATE TABLE sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    kind varchar(30) NOT NULL,
    device varchar(200),
    auth_version integer NOT NULL,
    secret_hash bytea NOT NULL,
    previous_hash bytea,
    refreshed_at timestamptz,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT pk_sessions PRIMARY KEY (id),
    CONSTRAINT fk_sessions_user_id_users FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT ck_sessions_sessionkind CHECK (kind IN ('CLIENT', 'BROWSER'))
)
"""

revision = "20261122_1512"
down_revision = "20261122_1510"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.execute("ALTER TABLE users ADD COLUMN auth_version integer NOT NULL DEFAULT 1")
    op.execute(SESSIONS)
    op.execute("CREATE INDEX ix_sessions_user_id_id ON sessions (user_id, id)")


def downgrade() -> None:
    """Take back."""
    op.execute("DROP TABLE sessions")
    op.execute("ALTER TABLE users DROP COLUMN auth_version")
