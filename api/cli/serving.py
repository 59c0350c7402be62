"""The server of both faces: prepared, run, and ended with those who wait for it."""

import gc
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from urllib.request import urlopen

import uvicorn

from api import demo, logs, migrating
from api.cli import generated
from api.cli.console import Failed, run, say
from api.cli.heads import PromptHeads
from api.main import create_app
from api.pages import install_assets
from api.settings import Settings

__all__ = ["install_assets", "migrating", "prepare", "refuse_superuser", "serve", "worker"]

GRACE_SECONDS = 8


def prepare(settings: Settings, *, demo_data: bool) -> None:
    """Bring the tables up to date, and move the demo shop in where nobody is yet."""
    if waiting := run(migrating.pending(settings.database_url)):
        say(f"Tables: applying {len(waiting)} migrations")
        run(migrating.upgrade(settings.database_url))
    if demo_data:
        run(demo.load_once(settings, say))


def refuse_superuser(settings: Settings) -> None:
    """In production the server signs in as nobody whom the database's own rules do not bind."""
    if settings.production and run(migrating.is_superuser(settings.database_url)):
        raise Failed(
            "production: DATABASE_URL signs in as a superuser of PostgreSQL. Make a role for"
            " Stockroom alone (CREATE ROLE stockroom LOGIN PASSWORD '...'), the owner of its"
            " database and of what is in it."
        )


def serve(settings: Settings) -> None:
    """Serve until asked to stop."""
    os.environ |= {
        "DATABASE_URL": settings.database_url,
        "STOCKROOM_SECRET": settings.secret.get_secret_value(),
        "STOCKROOM_DATA_DIR": str(settings.data_dir),
    }
    logs.configure("DEBUG" if settings.debug else settings.log_level)
    app = create_app(settings)  # what cannot start fails here, not in a worker started again
    _settle()
    threading.Thread(target=_announce, args=[settings], daemon=True).start()
    with suppress(KeyboardInterrupt):
        uvicorn.run(
            app if settings.workers == 1 else "api.cli.serving:worker",
            factory=settings.workers > 1,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            log_config=None,
            http=PromptHeads,
            timeout_graceful_shutdown=GRACE_SECONDS,
            ws_max_size=settings.max_message_bytes,
            ws_per_message_deflate=False,  # a window for each socket, and work that nobody pays
            server_header=False,
            proxy_headers=False,  # ours are asked by `STOCKROOM_TRUSTED_PROXIES`
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
    """Look for garbage seldom, and never among what lives as long as the process.

    Nothing is collected first: a start leaves little garbage, and looking for it takes long.
    """
    generated.keep()
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
