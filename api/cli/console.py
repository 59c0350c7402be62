"""What every subcommand needs: settings, a database that answers, and words for the person who
waits.
"""

import os
import secrets
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

if TYPE_CHECKING:
    from api.embedded import EmbeddedServer
    from api.settings import Settings

T = TypeVar("T")
PATIENCE_SECONDS = 30


class Failed(Exception):
    """Why a command cannot go on, and what to do about it."""


def say(text: str) -> None:
    """Tell what is being done."""
    typer.echo(text)


@contextmanager
def database_of(settings: "Settings") -> Iterator[str]:
    """The address of the database: the one that is set, or the embedded one, running for as long as
    this lasts.
    """
    with starting_database(settings) as address:
        yield address()


@contextmanager
def starting_database(settings: "Settings") -> Iterator[Callable[[], str]]:
    """The same, not waited for before its address is asked for."""
    if settings.database_url:
        yield lambda: checked(settings)
        return
    from api import embedded

    started: Future[EmbeddedServer] = Future()

    def start() -> None:
        try:
            started.set_result(embedded.start(settings.data_dir))
        except Exception as error:
            started.set_exception(error)

    threading.Thread(target=start, daemon=True).start()
    try:
        yield lambda: started.result().url
    finally:
        with suppress(embedded.EmbeddedError, TimeoutError):  # the first is told by whoever asked
            started.result(PATIENCE_SECONDS).stop()


def checked(settings: "Settings") -> str:
    """The address that is set; fails with advice unless the database can be reached there."""
    from sqlalchemy.exc import DBAPIError

    from api.database import redacted
    from api.domain.sqlstates import sqlstate_of

    where = redacted(settings.database_url)
    try:
        run(_ping(settings))
    except DBAPIError as error:
        state = sqlstate_of(error)
        why = str(error.orig).partition("\n")[0].rpartition(">: ")[2] if state else "no answer"
        raise Failed(f"cannot use the database {where}: {why}. Check DATABASE_URL.") from None
    except (OSError, TimeoutError):
        message = f"no PostgreSQL answers at {where}. Start it, or unset DATABASE_URL."
        raise Failed(message) from None
    return settings.database_url


async def _ping(settings: "Settings") -> None:
    from api.database import Database

    database = Database(settings)
    try:
        await database.ping()
    finally:
        await database.close()


def with_secret(settings: "Settings") -> "Settings":
    """The settings, with the secret of this data folder when none is set; made on first use, for
    its owner only.
    """
    from pydantic import SecretStr

    if settings.secret.get_secret_value():
        return settings
    kept = settings.data_dir / "secret"
    if not kept.exists():
        write_private(kept, secrets.token_hex(32))
    return settings.model_copy(update={"secret": SecretStr(kept.read_text().strip())})


def write_private(path: Path, text: str) -> None:
    """A file that only its owner may read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Wait for asynchronous work."""
    import uvloop

    return uvloop.run(work)
