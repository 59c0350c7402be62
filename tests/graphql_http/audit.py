"""Runs the graphql-http audit suite, which is a Node package, against any address."""

import json
import subprocess
from pathlib import Path
from typing import TypedDict

from tests.programs import missed, required

FOLDER = Path(__file__).parent


class Finding(TypedDict):
    id: str
    name: str
    status: str
    reason: str | None


def findings(url: str) -> list[Finding]:
    """What the suite says of the GraphQL endpoint at this address."""
    node, npm = required("node"), required("npm")
    if not (FOLDER / "node_modules" / "graphql-http").exists():
        command = [npm, "ci", "--no-audit", "--no-fund"]
        if subprocess.run(command, cwd=FOLDER, capture_output=True, check=False).returncode:
            missed("npm could not install the graphql-http audit")
    run = subprocess.run(
        [node, "audit.mjs", url], cwd=FOLDER, capture_output=True, check=True, timeout=60
    )
    found: list[Finding] = json.loads(run.stdout)
    return found
