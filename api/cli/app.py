"""Every subcommand, and how a failure is told: one sentence on standard error, exit code 1."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import typer
from pydantic import ValidationError

from api.cli import books, contracts, database, importing, northwind, people, server
from api.cli.console import Failed
from api.embedded import EmbeddedError

app = typer.Typer(
    help="Stockroom: stock and orders that cannot be wrong.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def told(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command, whose expected failures are sentences and not tracebacks."""

    @wraps(command)
    def run(*args: Any, **named: Any) -> Any:
        try:
            return command(*args, **named)
        except (Failed, EmbeddedError) as failure:
            typer.secho(f"stockroom: {failure}", fg="red", err=True)
        except ValidationError as error:
            for fault in error.errors():
                name = "_".join(str(step) for step in fault["loc"]).upper() or "settings"
                typer.secho(f"stockroom: {name}: {fault['msg']}", fg="red", err=True)
        raise typer.Exit(1)

    return run


COMMANDS: dict[str, Callable[..., Any]] = {
    "up": server.up,
    "serve": server.serve,
    "migrate": database.migrate,
    "new-migration": database.new_migration,
    "audit": books.audit,
    "create-admin": people.create_admin,
    "contracts": contracts.contracts,
    "import": importing.import_csv,
    "northwind": northwind.northwind,
}
for name, command in COMMANDS.items():
    app.command(name)(told(command))
