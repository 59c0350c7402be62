"""`python -m tests.access.sweep`: thousands of probes for rows of others, on a PostgreSQL of its
own.
"""

import argparse
import asyncio
import logging
import random
import secrets
import sys
import tempfile
import time
from pathlib import Path

import httpx2
import structlog

from api import embedded, migrating
from api.domain.actors import Role
from api.domain.fields import Id
from api.main import create_app
from tests.access.customers import owners
from tests.access.probing import Sweep, callers, state_of
from tests.conftest import hired, settings_for
from tests.faces import GraphQLFace, RestFace

CUSTOMERS = 12


def main() -> int:
    """Sweep; 1 when anything of anybody else's was seen, changed, or hinted at."""
    parser = argparse.ArgumentParser(prog="sweep", description="Ask for what belongs to others.")
    parser.add_argument("--probes", type=int, default=5_000, help="how many (default 5000)")
    parser.add_argument("--seed", default=secrets.token_hex(4), help="repeats an earlier run")
    options = parser.parse_args()
    quiet = structlog.make_filtering_bound_logger(logging.ERROR)
    structlog.configure(
        wrapper_class=quiet, logger_factory=structlog.PrintLoggerFactory(sys.stderr)
    )
    with (
        tempfile.TemporaryDirectory(prefix="sweep-", ignore_cleanup_errors=True) as folder,
        embedded.start(Path(folder), durable=False) as server,
    ):
        return asyncio.run(_sweep(server.url, options))


async def _sweep(url: str, options: argparse.Namespace) -> int:
    await migrating.upgrade(url)
    app = create_app(settings_for(url))
    database = app.state.resources.database

    async def sign_in(role: Role, *, customer_id: Id | None = None) -> str:
        return await hired(database, role, customer_id)

    transport, since = httpx2.ASGITransport(app=app, raise_app_exceptions=False), time.monotonic()
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop") as client:
        admin = await sign_in(Role.ADMIN)
        rest = RestFace(client, app.openapi(), admin)
        faces = (rest, GraphQLFace(client, admin))
        everybody = await owners(rest, sign_in, CUSTOMERS)
        keys = await callers(rest, sign_in, everybody)
        before = [await state_of(owner, rest, faces) for owner in everybody]
        sweep = Sweep(faces, everybody, random.Random(options.seed), keys)
        await sweep.run(options.probes)
        after = [await state_of(owner, rest, faces) for owner in everybody]
    await app.state.resources.close()
    changed = sum(one != other for one, other in zip(before, after, strict=True))
    told = f"{sweep.probes} probes in {time.monotonic() - since:.0f} s, seed {options.seed}"
    found = "\n".join(sweep.found[:10])
    sys.stdout.write(
        f"{told}: {len(sweep.found)} answers differ, {changed} rows changed\n{found}\n"
    )
    return int(bool(sweep.found or changed))


if __name__ == "__main__":
    sys.exit(main())
