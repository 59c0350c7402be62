"""`stockroom audit`."""

import typer

from api.cli.console import database_of, run, say
from api.database import Database
from api.domain.auditing import Difference
from api.domain.books import audit as recomputed
from api.settings import Settings


def audit() -> None:
    """Recompute the books from the ledger; exits with 1 when a number differs."""
    settings = Settings()
    with database_of(settings) as url:
        differences = run(_audit(settings.model_copy(update={"database_url": url})))
    for difference in differences:
        say(str(difference))
    say(f"{len(differences)} differences")
    if differences:
        raise typer.Exit(1)


async def _audit(settings: Settings) -> list[Difference]:
    database = Database(settings.model_copy(update={"statement_timeout_ms": 600_000}))
    try:
        async with database.read() as connection:
            return await recomputed(connection)
    finally:
        await database.close()
