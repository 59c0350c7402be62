"""Runs the graphql-http audit suite, which is a Node package, against any address."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TypedDict

import pytest

FOLDER = Path(__file__).parent


class Finding(TypedDict):
    id: str
    name: str
    status: str
    reason: str | None


def findings(url: str) -> list[Finding]:
    """What the suite says of the GraphQL endpoint at this address."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        _miss("the graphql-http audit needs node and npm on the PATH")
    assert node is not None
    assert npm is not None
    if not (FOLDER / "node_modules" / "graphql-http").exists():
        command = [npm, "ci", "--no-audit", "--no-fund"]
        if subprocess.run(command, cwd=FOLDER, capture_output=True, check=False).returncode:
            _miss("npm could not install the graphql-http audit")
    run = subprocess.run(
        [node, "audit.mjs", url], cwd=FOLDER, capture_output=True, check=True, timeout=60
    )
    found: list[Finding] = json.loads(run.stdout)
    return found


def _miss(reason: str) -> None:
    if os.environ.get("STOCKROOM_REQUIRE_NODE") == "1" or os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
