"""`stockroom export`: lists of stock as CSV."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from pydantic import BaseModel

from api.cli.console import Failed, database_of, run, with_secret
from api.deps import Resources
from api.domain.actors import SYSTEM
from api.domain.operations import AnyOperation
from api.domain.scope import Scope
from api.domain.stock import service as stock
from api.domain.stock.commands import StockLevelFilter, StockMovementFilter
from api.settings import Settings


class Listed(StrEnum):
    """What can be exported."""

    LEVELS = "stock-levels"
    MOVEMENTS = "stock-movements"


EXPORTS: dict[Listed, tuple[AnyOperation, BaseModel]] = {
    Listed.LEVELS: (stock.export_stock_levels, StockLevelFilter()),
    Listed.MOVEMENTS: (stock.export_stock_movements, StockMovementFilter()),
}
Subject = Annotated[Listed, typer.Argument(help="What the rows are.")]
Target = Annotated[Path | None, typer.Option("--to", help="A file; standard output without it.")]


def export_csv(listed: Subject, to: Target = None) -> None:
    """Write a whole list as CSV in UTF-8, with a header."""
    settings = with_secret(Settings())
    with database_of(settings) as url:
        there = settings.model_copy(update={"database_url": url})
        if to is None:
            return run(_export(there, listed, sys.stdout.buffer))
        try:
            with to.open("wb") as file:
                run(_export(there, listed, file))
        except OSError as error:
            raise Failed(f"{to} cannot be written: {error.strerror}") from None


async def _export(settings: Settings, listed: Listed, file: BinaryIO) -> None:
    resources = Resources.of(settings)
    operation, everything = EXPORTS[listed]

    async def write(piece: bytes) -> None:
        file.write(piece)

    try:
        scope = Scope(resources.database, SYSTEM, resources.keyring)
        await (await scope.run(operation, everything, ())).write(write)
        file.flush()
    finally:
        await resources.database.close()
