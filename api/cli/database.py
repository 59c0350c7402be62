"""`stockroom migrate` and `stockroom new-migration`."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from api import embedded, migrating
from api.cli.console import database_of, run, say
from api.settings import Settings


def migrate(
    down_to: Annotated[str | None, typer.Option(help="Take migrations back to this one.")] = None,
) -> None:
    """Bring the database's tables up to date; does nothing when they are."""
    with database_of(Settings()) as url:
        if down_to is not None:
            run(migrating.downgrade(url, down_to))
            return say(f"The database is at {down_to}.")
        waiting = run(migrating.pending(url))
        run(migrating.upgrade(url))
        say(f"Applied {len(waiting)} migrations." if waiting else "The database is up to date.")
    return None


def new_migration(name: str) -> None:
    """Write a migration from what the models have and the migrations have not."""
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded.start(Path(folder), durable=False) as server,
    ):
        run(migrating.upgrade(server.url))
        path = run(migrating.create(server.url, name))
    say(f"Wrote {path.relative_to(Path.cwd())}. Read it before you trust it.")
