"""`stockroom up`, for a person at a keyboard, and `stockroom serve`, for production.

What serves is imported late: an embedded PostgreSQL starts meanwhile.
"""

import gc
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer
from pydantic import BaseModel

from api.cli.console import Failed, database_of, run, say, starting_database, with_secret
from api.settings import Settings

Port = Annotated[int | None, typer.Option(help="The port to serve on.", min=1, max=65535)]
Workers = Annotated[int | None, typer.Option(help="How many processes serve.", min=1, max=64)]


def up(
    port: Port = None,
    data: Annotated[Path | None, typer.Option(help="The folder where everything is kept.")] = None,
    demo_data: Annotated[
        bool | None,
        typer.Option(
            "--demo/--no-demo", help="Load demo data on first run; by default, not in production."
        ),
    ] = None,
    workers: Workers = None,
) -> None:
    """Start everything: the database, its tables, demo data on first run, and both faces."""
    settings = _settings(port=port, data_dir=data, workers=workers)
    settings = settings.model_copy(update={"data_dir": settings.data_dir.resolve()})
    _stop_in_order()
    _refuse_busy(settings)
    if not settings.database_url:
        say(f"PostgreSQL: starting the embedded server in {settings.data_dir}")
    with starting_database(settings) as address:
        serving = _serving()
        serving.install_assets(say=say)
        settings = with_secret(settings).model_copy(update={"database_url": address()})
        serving.refuse_superuser(settings)
        wanted = not settings.production if demo_data is None else demo_data
        serving.prepare(settings, demo_data=wanted)
        serving.serve(settings)
    say("Stopped.")


def serve(port: Port = None, host: str | None = None, workers: Workers = None) -> None:
    """Serve both faces over a database that `stockroom migrate` has prepared."""
    settings = _settings(port=port, host=host, workers=workers)
    _stop_in_order()
    if not settings.database_url:
        raise Failed("set DATABASE_URL, or use `stockroom up` for an embedded database.")
    _refuse_busy(settings)
    serving = _serving()
    with database_of(settings) as url:
        serving.refuse_superuser(settings)
        if waiting := run(serving.migrating.pending(url)):
            raise Failed(f"{len(waiting)} migrations are waiting: run `stockroom migrate` first.")
        serving.serve(with_secret(settings))


def _serving() -> ModuleType:
    """What serves; importing it makes no garbage, so none is looked for meanwhile, or in it."""
    gc.disable()
    BaseModel.model_config["defer_build"] = True  # only OpenAPI's documents ask for these models
    import fastapi.openapi.models  # noqa: F401

    del BaseModel.model_config["defer_build"]
    from api.cli import serving

    gc.freeze()
    gc.enable()
    return serving


def _settings(**chosen: Any) -> Settings:
    """The settings, of which the command line's options are the last word."""
    return Settings(**{name: value for name, value in chosen.items() if value is not None})


def _refuse_busy(settings: Settings) -> None:
    for wait in (0.2, 0.4, 0.8, 1.6, 0):  # workers of a killed server need a moment to leave
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                return probe.bind((settings.host, settings.port))
        time.sleep(wait)
    message = f"port {settings.port} is in use. Choose another: --port {settings.port + 1}"
    raise Failed(message)


def _stop_in_order() -> None:
    """Let SIGTERM and a closed terminal unwind the stack, so that the database is stopped too."""

    def ended(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, ended)
    signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
