"""What a new process says when it is first asked for something."""

import subprocess
import sys

from tests.programs import ROOT

ASKING = """
import asyncio, httpx2
from pydantic import SecretStr
from api.main import create_app
from api.settings import Settings

given = {"DATABASE_URL": "postgresql://localhost/none", "secret": SecretStr("s" * 32)}
transport = httpx2.ASGITransport(create_app(Settings.model_validate(given)))

async def ask():
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        print((await client.post("/v1/auth/login", json={})).status_code)

asyncio.run(ask())
"""


def test_the_first_command_of_its_kind_is_taken_without_a_warning() -> None:
    asked = subprocess.run(
        [sys.executable, "-c", ASKING],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert asked.stdout.split()[-1] == "422", asked.stderr
    assert "Warning" not in asked.stderr
