"""Codes that are sent to addresses, to confirm them or to choose a new password."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_1510"
down_revision = "20261122_1400"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "one_time_codes",
        sa.Column(
            "purpose",
            sa.Enum(
                "CONFIRM_EMAIL",
                "RESET_PASSWORD",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("purpose", "email", name=op.f("pk_one_time_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_one_time_codes_code_hash")),
    )
    op.create_index(op.f("ix_one_time_codes_expires_at"), "one_time_codes", ["expires_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("one_time_codes")
