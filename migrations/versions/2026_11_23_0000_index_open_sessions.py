"""Indexes for everybody's sessions, which administrators list by when they began and end."""

from alembic import op

revision = "20261123_0000"
down_revision = "20261122_1600"

COLUMNS = ("created_at", "expires_at")


def upgrade() -> None:
    """Lists need not look at every session there ever was."""
    for column in COLUMNS:
        op.create_index(f"ix_sessions_{column}", "sessions", [column])


def downgrade() -> None:
    """They look at all of them again."""
    for column in COLUMNS:
        op.drop_index(f"ix_sessions_{column}", "sessions")
