"""Keys for which only stored GraphQL documents are executed."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1600"
down_revision = "20261122_1550"


def upgrade() -> None:
    """Keys that there are execute whatever they did."""
    op.add_column(
        "api_keys",
        sa.Column("stored_documents_only", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    """Keys are for whatever the server executes again."""
    op.drop_column("api_keys", "stored_documents_only")
