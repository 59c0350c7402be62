"""Every subcommand, and how a failure is told: one sentence on standard error, exit code 1."""

import gc
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any, cast

import typer
from typer.core import TyperCommand, TyperGroup

from api.cli.console import Failed

COMMANDS = {
    "up": "server:up",
    "serve": "server:serve",
    "migrate": "database:migrate",
    "new-migration": "database:new_migration",
    "audit": "books:audit",
    "clear-files": "pictures:clear_files",
    "create-admin": "people:create_admin",
    "contracts": "contracts:contracts",
    "import": "importing:import_csv",
    "export": "exporting:export_csv",
    "docs": "documents:docs",
    "northwind": "northwind:northwind",
}


class OnDemand(TyperGroup):
    """Imports a command when it is asked for, so that each start pays for its own command only."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, function = COMMANDS[cmd_name].partition(":")
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command(cmd_name)(told(getattr(import_module(f"api.cli.{module}"), function)))
        return cast("TyperCommand", typer.main.get_command(alone))


app = typer.Typer(
    cls=OnDemand,
    help="Stockroom: stock and orders that cannot be wrong.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def stockroom() -> None:
    """Stock and orders that cannot be wrong."""


def told(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command, whose expected failures are sentences and not tracebacks."""

    @wraps(command)
    def run(*args: Any, **named: Any) -> Any:
        from pydantic import ValidationError

        from api.embedded import EmbeddedError

        gc.freeze()
        gc.enable()
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
