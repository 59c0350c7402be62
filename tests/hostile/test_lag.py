"""Two hundred sign in at once, and nobody else has to wait for their passwords."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import quantiles

import httpx2

from tests.conftest import SECRET
from tests.factories import unique

ROOT = Path(__file__).parents[2]
LOG_IN = """mutation L($input: IssueTokenInput!) {
  issueToken(input: $input) { result { accessToken } errors { code } }
}"""
AT_ONCE, ALLOWED = 200, 0.05


async def opened(url: str) -> None:
    async with httpx2.AsyncClient() as client:
        for _ in range(600):
            with suppress(httpx2.HTTPError):
                if (await client.get(f"{url}/readyz")).is_success:
                    return
            await asyncio.sleep(0.05)
    raise AssertionError("The shop took too long to open.")


async def log_in(client: httpx2.AsyncClient, number: int) -> int:
    """The status that a guess gets, by one door or the other, from a network of its own."""
    email, password = f"{unique('guess')}@example.com", "wrong horse battery"
    headers = {"X-Forwarded-For": f"203.0.113.{number}"}
    if number % 2:
        form = {"username": email, "password": password}
        return (await client.post("/v1/auth/token", data=form, headers=headers)).status_code
    body = {"query": LOG_IN, "variables": {"input": {"email": email, "password": password}}}
    answer = await client.post("/graphql", json=body, headers=headers)
    code = answer.json()["errors"][0]["extensions"]["code"]
    return {"UNAUTHENTICATED": 401, "UNAVAILABLE": 503}[code]


async def storm(url: str) -> Counter[int]:
    """How so many guesses at once are answered."""
    limits = httpx2.Limits(max_connections=AT_ONCE)
    async with httpx2.AsyncClient(base_url=url, limits=limits, timeout=60) as client:
        guesses = (log_in(client, number) for number in range(AT_ONCE))
        return Counter(await asyncio.gather(*guesses))


def stopped(process: subprocess.Popen[str]) -> list[tuple[float, float]]:
    """When the loop was asked, and how late it was."""
    process.terminate()
    told, _ = process.communicate(timeout=20)
    lags: list[tuple[float, float]] = json.loads(told.splitlines()[-1])
    return lags


async def test_b46_two_hundred_logins_at_once_hold_the_event_loop_up_by_less_than_50_ms(
    database_url: str,
    tmp_path: Path,
    unused_tcp_port: int,
    record_property: Callable[[str, float], None],
) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}"
    told = {
        "DATABASE_URL": database_url.replace("postgresql+asyncpg", "postgresql"),
        "STOCKROOM_SECRET": SECRET,
        "STOCKROOM_DATA_DIR": str(tmp_path),
        "STOCKROOM_TRUSTED_PROXIES": "127.0.0.1",
    }
    command = [sys.executable, "-m", "tests.hostile.lagging", str(unused_tcp_port)]
    best = 1.0
    for _ in range(3):  # others may be at work on this machine: the calmest of three counts
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | told, stdout=subprocess.PIPE, text=True
        )
        try:
            await opened(url)
            started = time.monotonic()
            answers = await storm(url)
            ended = time.monotonic()
        finally:
            lags = stopped(process)
        during = [lag for due, lag in lags if started <= due <= ended]
        best = min(best, quantiles(during, n=100)[98])
        assert sum(answers.values()) == AT_ONCE
        assert answers.keys() <= {401, 503}
        if best < ALLOWED:
            break
    record_property("loop_lag_p99_ms", round(best * 1000, 1))
    assert best < ALLOWED
