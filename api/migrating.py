"""Migrations as the product runs them: up, down, and a new one from the difference."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import create_async_engine

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent.parent / "migrations"
_ONE_AT_A_TIME = 7_305_991_804  # the advisory lock under which a database is migrated


def config() -> "Config":
    """Alembic's configuration, without a file."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.set_main_option(
        "file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s"
    )
    made.set_main_option("timezone", "UTC")
    return made


async def run(url: str, act: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """Do one of Alembic's commands on a connection of its own; a second process waits for the
    first.
    """
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _ONE_AT_A_TIME})
            await connection.commit()
            try:
                return await connection.run_sync(_with_alembic, act, args, named)
            finally:
                await connection.rollback()
                await connection.execute(
                    text("SELECT pg_advisory_unlock(:key)"), {"key": _ONE_AT_A_TIME}
                )
                await connection.commit()
    finally:
        await engine.dispose()


def _with_alembic(connection: Connection, act: Callable[..., Any], args: Any, named: Any) -> Any:
    configuration = config()
    configuration.attributes["connection"] = connection
    return act(configuration, *args, **named)


async def upgrade(url: str, to: str = "head") -> None:
    """Bring the tables up to date; nothing happens when they are."""
    from alembic import command

    await run(url, command.upgrade, to)


async def downgrade(url: str, to: str) -> None:
    """Take migrations back."""
    from alembic import command

    await run(url, command.downgrade, to)


async def create(url: str, name: str) -> Path:
    """Write a migration from what the models have and the database has not."""
    from alembic import command

    slug = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    revision = f"{datetime.now(UTC):%Y%m%d_%H%M}"
    script = await run(url, command.revision, message=slug, autogenerate=True, rev_id=revision)
    return Path(script.path)


async def pending(url: str) -> list[str]:
    """The migrations that the database has not had yet; quick to say that there are none."""
    if await _revision(url) == newest():
        return []
    return list(await run(url, _pending))


async def is_superuser(url: str) -> bool:
    """Whether whom the address signs in as may do anything at all."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return bool(await connection.scalar(text("SHOW is_superuser")) == "on")
    finally:
        await engine.dispose()


def newest() -> str:
    """The revision of the newest migration, read from its file: Alembic takes long to import."""
    last = max((FOLDER / "versions").glob("2*.py"))
    found = re.search(r"^revision = [\"'](\w+)[\"']", last.read_text(), re.MULTILINE)
    return found[1] if found else ""


async def _revision(url: str) -> str | None:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            known = await connection.scalar(text("SELECT version_num FROM alembic_version"))
            return cast("str | None", known)
    except ProgrammingError:
        return None  # a database without tables
    finally:
        await engine.dispose()


def _pending(configuration: "Config") -> list[str]:
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(configuration)
    connection = configuration.attributes["connection"]
    current = MigrationContext.configure(connection).get_current_revision()
    return [script.revision for script in scripts.iterate_revisions("head", current or "base")]
