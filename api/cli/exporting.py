"""`stockroom export`: lists of stock as CSV."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from asyncpg import InterfaceError, PostgresError
from sqlalchemy.exc import SQLAlchemyError

from api.cli.console import Failed, database_of, run, with_secret
from api.deps import Resources
from api.domain.actors import SYSTEM
from api.domain.asking import EVERY
from api.domain.operations import AnyOperation
from api.domain.refusals import StockroomError
from api.domain.scope import Scope
from api.domain.stock import service as stock
from api.settings import Settings


class Listed(StrEnum):
    """What can be exported."""

    LEVELS = "stock-levels"
    MOVEMENTS = "stock-movements"


EXPORTS: dict[Listed, AnyOperation] = {
    Listed.LEVELS: stock.export_stock_levels,
    Listed.MOVEMENTS: stock.export_stock_movements,
}
Subject = Annotated[Listed, typer.Argument(help="What the rows are.")]
Target = Annotated[Path | None, typer.Option("--to", help="A file; standard output without it.")]


def export_csv(listed: Subject, to: Target = None) -> None:
    """Write a whole list as CSV in UTF-8, with a header; a file gets it whole or not at all."""
    settings = with_secret(Settings())
    with database_of(settings) as url:
        there = settings.model_copy(update={"database_url": url, "pool_size": 2})
        try:
            with _place(to) as file:
                run(_export(there, listed, file))
        except OSError as error:
            where = to or "standard output"
            raise Failed(f"{where} cannot be written: {error.strerror or error}.") from None
        except StockroomError as refused:
            raise Failed(refused.message) from None
        except (SQLAlchemyError, PostgresError, InterfaceError):
            raise Failed("the database could not give the whole list; try again.") from None


@contextmanager
def _place(to: Path | None) -> Iterator[BinaryIO]:
    """Where the list goes."""
    if to is None:
        with _output() as file:
            yield file
    elif to.exists() and not to.is_file():  # a device or a pipe
        with to.open("wb") as file:
            yield file
    else:
        with _replaced(to.resolve()) as file:
            yield file


@contextmanager
def _output() -> Iterator[BinaryIO]:
    try:
        yield sys.stdout.buffer
    except OSError:
        # Python would try to write the rest when it ends, and complain once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


@contextmanager
def _replaced(whole: Path) -> Iterator[BinaryIO]:
    """A file beside this one, which takes its place when all is written."""
    part = whole.with_name(f".stockroom-{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            yield file
        if whole.exists():
            shutil.copymode(whole, part)
        part.replace(whole)
    finally:
        part.unlink(missing_ok=True)


async def _export(settings: Settings, listed: Listed, file: BinaryIO) -> None:
    resources = Resources.of(settings)
    operation = EXPORTS[listed]

    async def write(piece: bytes) -> None:
        file.write(piece)

    try:
        scope = Scope(resources.database, SYSTEM, resources.keyring)
        await (await scope.run(operation, EVERY, ())).write(write)
        file.flush()
    finally:
        await resources.database.close()
