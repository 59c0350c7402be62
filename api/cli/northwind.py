"""`stockroom northwind`: a trading company's real books, replayed against a running server."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import Failed, run, say
from api.cli.importing import progress_bar
from api.importing.northwind import (
    Incomplete,
    Northwind,
    Refused,
    Replay,
    Result,
    bearer,
    connected,
)

SHOWN = 50


def northwind(
    folder: Annotated[Path, typer.Argument(help="The folder with Northwind's CSV files.")],
    url: Annotated[str, typer.Option(help="Where Stockroom is running.")] = "http://127.0.0.1:8000",
    email: Annotated[
        str, typer.Option(help="Who signs in; not needed with an API key in STOCKROOM_API_KEY.")
    ] = "admin@example.com",
    password: Annotated[
        str | None,
        typer.Option(help="Asked for when it is not given.", envvar="STOCKROOM_PASSWORD"),
    ] = None,
) -> None:
    """Move Northwind in, replay its orders through both faces, and compare the books."""
    api_key = os.environ.get("STOCKROOM_API_KEY")
    if not api_key and password is None:
        password = typer.prompt(f"Password of {email}", hide_input=True)
    try:
        books = Northwind.read(folder)
        with progress_bar("Replaying Northwind") as advance:
            result = run(_replay(books, url, api_key, (email, password or ""), advance))
    except (Incomplete, Refused) as failure:
        raise Failed(str(failure)) from None
    say(f"{result.orders} orders: {result.placed} new, {result.fulfilled} sent out now")
    for difference in result.differences[:SHOWN]:
        say(difference)
    if result.differences:
        raise Failed(f"{len(result.differences)} differences: the books do not agree.")
    say("books agree")


async def _replay(
    books: Northwind,
    url: str,
    api_key: str | None,
    login: tuple[str, str],
    advance: Callable[[int, int], None],
) -> Result:
    authorization = f"Bearer {api_key}" if api_key else await bearer(url, *login)
    async with connected(url, authorization) as http:
        return await Replay(books, http, advance).run()
