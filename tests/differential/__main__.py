"""`python -m tests.differential`: the long proof, on a PostgreSQL of its own."""

import argparse
import asyncio
import secrets
import signal
import sys
import tempfile
import time
from pathlib import Path

from pydantic import SecretStr

from api import embedded, migrating
from api.settings import Settings
from tests.differential import shop
from tests.differential.coverage import Coverage
from tests.differential.proof import Difference, Proof, prepared

SAID_EVERY = 250


def main() -> int:
    """Run the proof; 1 when there was a difference or something was not covered."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the database is taken down as well
    _write(f"seed {options.seed}")
    with (
        tempfile.TemporaryDirectory(prefix="differential-", ignore_cleanup_errors=True) as folder,
        embedded.start(Path(folder), durable=False) as server,
    ):
        return asyncio.run(_prove(server.url, Path(folder) / "data", options))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="differential", description="Ask both executors the same and compare the bytes."
    )
    parser.add_argument("--seed", default=secrets.token_hex(4), help="repeats an earlier run")
    parser.add_argument("--documents", type=int, default=5000, help="how many (default 5000)")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after so long")
    parser.add_argument("--differences", type=int, default=1, help="stop after so many")
    parser.add_argument("--only", type=int, help="ask only the document of this number")
    return parser.parse_args()


async def _prove(url: str, folder: Path, options: argparse.Namespace) -> int:
    await migrating.upgrade(url)
    secret = SecretStr(secrets.token_hex(32))
    settings = Settings(
        _env_file=None,
        DATABASE_URL=url,
        secret=secret,
        data_dir=folder,
        rate_limit_points=0,  # what remains would differ
        rate_limit_points_anonymous=0,
    )
    callers = await shop.opened(settings)
    async with prepared(settings, callers) as proof:
        if options.only is not None:
            question = proof.question(options.seed, options.only)
            difference = await proof.ask(options.only, question, Coverage())
            _say(options.only, difference)
            return int(difference is not None)
        return await _run(proof, options)


async def _run(proof: Proof, options: argparse.Namespace) -> int:
    since = time.monotonic()
    outcome = await proof.run(
        options.seed,
        options.documents,
        seconds=options.minutes * 60,
        at_most=options.differences,
        progress=_say,
    )
    found, coverage = outcome.differences, outcome.coverage
    gaps = coverage.gaps if options.documents >= 300 else []
    _write(coverage.table)
    for gap in gaps:
        _write(f"Not seen, though it should have been: {gap}")
    _write(
        f"seed {options.seed}: {coverage.documents} documents in"
        f" {time.monotonic() - since:.0f} s, {coverage.documents - coverage.undisturbed} with"
        f" injected failures; the engine answered {coverage.share:.0%} of the others itself,"
        f" {coverage.share_of_fine:.0%} of all in which nothing is amiss;"
        f" {len(found)} differences"
    )
    return int(bool(found or gaps))


def _say(number: int, difference: Difference | None) -> None:
    if difference is not None:
        _write(f"\n{difference}\n")
    elif number % SAID_EVERY == 0:
        _write(f"{number} documents")


def _write(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
