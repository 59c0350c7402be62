"""`stockroom up`, for a person at a keyboard, and `stockroom serve`, for production."""

import gc
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any
from urllib.request import urlopen

import typer
import uvicorn

from api import demo, logs, migrating
from api.cli.console import Failed, database_of, run, say, with_secret
from api.main import create_app
from api.pages import install_assets
from api.settings import Settings

GRACE_SECONDS = 8

Port = Annotated[int | None, typer.Option(help="The port to serve on.", min=1, max=65535)]
Workers = Annotated[int | None, typer.Option(help="How many processes serve.", min=1, max=64)]


def up(
    port: Port = None,
    data: Annotated[Path | None, typer.Option(help="The folder where everything is kept.")] = None,
    demo_data: Annotated[
        bool, typer.Option("--demo/--no-demo", help="Load demo data on first run.")
    ] = True,
    workers: Workers = None,
) -> None:
    """Start everything: the database, its tables, demo data on first run, and both faces."""
    settings = _settings(port=port, data_dir=data, workers=workers)
    settings = settings.model_copy(update={"data_dir": settings.data_dir.resolve()})
    _stop_in_order()
    _refuse_busy(settings)
    install_assets(say=say)
    if not settings.database_url:
        say(f"PostgreSQL: starting the embedded server in {settings.data_dir}")
    with database_of(settings) as url:
        settings = with_secret(settings).model_copy(update={"database_url": url})
        _prepare(settings, demo_data=demo_data)
        _serve(settings)
    say("Stopped.")


def serve(port: Port = None, host: str | None = None, workers: Workers = None) -> None:
    """Serve both faces over a database that `stockroom migrate` has prepared."""
    settings = _settings(port=port, host=host, workers=workers)
    _stop_in_order()
    if not settings.database_url:
        raise Failed("set DATABASE_URL, or use `stockroom up` for an embedded database.")
    _refuse_busy(settings)
    with database_of(settings) as url:
        if waiting := run(migrating.pending(url)):
            raise Failed(f"{len(waiting)} migrations are waiting: run `stockroom migrate` first.")
        _serve(with_secret(settings))


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


def _prepare(settings: Settings, *, demo_data: bool) -> None:
    if waiting := run(migrating.pending(settings.database_url)):
        say(f"Tables: applying {len(waiting)} migrations")
        run(migrating.upgrade(settings.database_url))
    if demo_data:
        run(demo.load_once(settings, say))


def _serve(settings: Settings) -> None:
    os.environ |= {
        "DATABASE_URL": settings.database_url,
        "STOCKROOM_SECRET": settings.secret.get_secret_value(),
    }
    logs.configure("DEBUG" if settings.debug else settings.log_level)
    app = create_app(settings)  # what cannot start fails here, not in a worker started again
    _settle()
    threading.Thread(target=_announce, args=[settings], daemon=True).start()
    with suppress(KeyboardInterrupt):
        uvicorn.run(
            app if settings.workers == 1 else "api.cli.server:worker",
            factory=settings.workers > 1,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            log_config=None,
            timeout_graceful_shutdown=GRACE_SECONDS,
            ws_max_size=settings.max_body_bytes,
            server_header=False,
        )


def worker() -> object:
    """The application of one process, which ends when its supervisor is gone."""
    settings = Settings()
    logs.configure("DEBUG" if settings.debug else settings.log_level)
    supervisor = multiprocessing.parent_process()
    if supervisor is not None:
        threading.Thread(target=_end_with, args=[supervisor.join], daemon=True).start()
    app = create_app(settings)
    _settle()
    return app


def _settle() -> None:
    """Look for garbage seldom, and never among what lives as long as the process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    gc.enable()


def _end_with(supervisor_ended: Callable[[], None]) -> None:
    """A killed supervisor cannot stop its workers, and they would hold the port."""
    supervisor_ended()
    os.kill(os.getpid(), signal.SIGTERM)


def _announce(settings: Settings) -> None:
    base = f"http://{settings.host}:{settings.port}"
    for _ in range(600):
        with suppress(OSError), urlopen(f"{base}/healthz", timeout=1):  # noqa: S310  # our own address
            break
        time.sleep(0.05)
    else:
        return
    say(
        f"\nStockroom is up.\n"
        f"  Start page    {base}/\n"
        f"  GraphiQL      {base}/graphiql\n"
        f"  REST docs     {base}/docs\n"
        f"  GraphQL       {base}/graphql\n"
        f"  REST          {base}/v1\n"
        f"Ctrl-C stops it."
    )
