"""`stockroom import`: rows of CSV files into the books."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from api.cli.console import Failed, database_of, run, say, with_secret
from api.deps import Resources
from api.domain.actors import SYSTEM
from api.domain.refusals import StockroomError
from api.domain.scope import Scope
from api.importing import KINDS, Choices, Kind, Outcome, Rejected, Tally, Unreadable, import_file
from api.settings import Settings

Subject = Annotated[Kind, typer.Argument(help="What the rows are.")]
File = Annotated[Path, typer.Argument(help="A CSV file in UTF-8 with a header.")]
Mapped = Annotated[
    list[str] | None,
    typer.Option(help="A column that is named otherwise, once for each.", metavar="COLUMN=FIELD"),
]
Ignored = Annotated[
    list[str] | None,
    typer.Option(help="A column to leave out, once for each.", metavar="COLUMN"),
]
Delimiter = Annotated[
    str | None, typer.Option(help="What stands between cells; by default what the header shows.")
]
Money = Annotated[str | None, typer.Option(help="The currency of prices whose row names none.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Do everything but keep nothing.")]
SkipErrors = Annotated[
    bool, typer.Option("--skip-errors", help="Keep the good rows instead of refusing the file.")
]


def import_csv(  # the options of a command line
    kind: Subject,
    file: File,
    map: Mapped = None,
    ignore: Ignored = None,
    delimiter: Delimiter = None,
    currency: Money = None,
    dry_run: DryRun = False,
    skip_errors: SkipErrors = False,
) -> None:
    """Import a CSV file: all of its rows, or none. A second time changes nothing."""
    choices = Choices(
        mapped=_mapped(map or []),
        ignored=ignore or [],
        delimiter=_delimiter(delimiter),
        currency=currency,
        dry_run=dry_run,
        skip_errors=skip_errors,
    )
    settings = with_secret(Settings())
    try:
        with database_of(settings) as url:
            patient = {"database_url": url, "statement_timeout_ms": 600_000}
            ready = settings.model_copy(update=patient)
            tally = run(_import(ready, kind, file, choices))
    except Rejected as rejected:
        _show_faults(rejected.tally)
        raise Failed(f"{_rows(rejected.tally.failed)} wrong. Nothing was imported.") from None
    except (Unreadable, StockroomError) as refused:
        raise Failed(str(refused)) from None
    said = ", ".join(f"{outcome.value} {tally.outcomes[outcome]}" for outcome in Outcome)
    say(said + (": a dry run, nothing was kept." if dry_run else ""))
    if tally.failed:
        _show_faults(tally)
        raise Failed(f"{_rows(tally.failed)} wrong and skipped.")


async def _import(settings: Settings, kind: Kind, file: Path, choices: Choices) -> Tally:
    resources = Resources.of(settings)
    scope = Scope(
        resources.database, SYSTEM, resources.keyring, surroundings=resources.surroundings
    )
    try:
        with progress_bar(f"Importing {kind}") as advance:
            return await import_file(scope, KINDS[kind], file, choices, advance)
    finally:
        await resources.close()


@contextmanager
def progress_bar(what: str) -> Iterator[Any]:
    """A bar on standard error; gives what moves it: how much is done, and of how much."""
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(bar, completed=done, total=total)


def _mapped(pairs: list[str]) -> dict[str, str]:
    mapped = {}
    for pair in pairs:
        column, equals, field = pair.rpartition("=")
        if not (column and equals and field):
            raise Failed(f"--map {pair}: write COLUMN=FIELD.")
        mapped[column.strip()] = field.strip()
    return mapped


def _delimiter(text: str | None) -> str | None:
    if text == r"\t":
        return "\t"
    if text is not None and (len(text) != 1 or text in '"\r\n'):
        raise Failed(r"--delimiter takes one character, or \t for a tab.")
    return text


def _shown(text: str) -> Text:
    """What a file says, without what a terminal would take for orders."""
    return Text("".join(char if char.isprintable() else "\ufffd" for char in text[:300]))


def _rows(count: int) -> str:
    return "1 row is" if count == 1 else f"{count} rows are"


def _show_faults(tally: Tally) -> None:
    table = Table("Line", "Column", "What is wrong")
    for fault in tally.faults:
        table.add_row(str(fault.line), _shown(fault.column), _shown(fault.message))
    console = Console(stderr=True)
    console.print(table)
    told = len({fault.line for fault in tally.faults})
    if told < tally.failed:
        console.print(f"... and {tally.failed - told} more rows.")
