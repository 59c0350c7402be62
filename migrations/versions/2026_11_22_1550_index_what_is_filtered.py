"""An index for whatever lists are filtered, sorted and searched by."""

from alembic import op

revision = "20261122_1550"
down_revision = "20261122_1540"

PLAIN = {
    "categories": ("name", "slug", "created_at"),
    "items": ("price",),
    "locations": ("code", "priority"),
    "users": ("name", "created_at"),
}
WORDS = {
    "categories": ("name", "slug"),
    "items": ("name", "sku", "barcode"),
    "locations": ("name", "code"),
    "customers": ("name", "email", "external_ref"),
    "users": ("name", "email"),
    "orders": ("external_ref",),
}


def upgrade() -> None:
    """The owner of a database may make this extension, which PostgreSQL calls trusted."""
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for table, columns in PLAIN.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column])
    for table, columns in WORDS.items():
        how = dict.fromkeys(columns, "gin_trgm_ops")
        op.create_index(
            f"ix_{table}_words",
            table,
            list(columns),
            postgresql_using="gin",
            postgresql_ops=how,
        )
    op.create_index(
        "ix_fulfillments_tracking",
        "fulfillments",
        ["tracking"],
        postgresql_where="tracking IS NOT NULL",
    )


def downgrade() -> None:
    """What was before; an extension that others use by now refuses to go."""
    op.drop_index("ix_fulfillments_tracking", "fulfillments")
    for table in WORDS:
        op.drop_index(f"ix_{table}_words", table)
    for table, columns in PLAIN.items():
        for column in columns:
            op.drop_index(f"ix_{table}_{column}", table)
    op.execute("DROP EXTENSION pg_trgm")
