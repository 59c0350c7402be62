"""Runs the migrations on the connection that `api.migrating` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from api.domain.base import PublicId
from api.domain.tables import metadata


def render(kind: str, obj: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column types as what they are in the database."""
    return "sa.Uuid()" if kind == "type" and isinstance(obj, PublicId) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    compare_server_default=True,
    render_item=render,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
