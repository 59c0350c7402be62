"""Programs that tests need: on the PATH, or from npm, installed when they are first needed."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).parents[1]
INSTALL_SECONDS = 300


def required(program: str) -> str:
    """The path of a program; without it the test is skipped, or fails where it must not be."""
    found = shutil.which(program)
    if found is None:
        missed(f"{program} is not on the PATH")
    return found


def installed(wanted: Path) -> Path:
    """The folder `.bin` of what a package.json with exact versions names."""
    folder = ROOT / ".stockroom" / wanted.parent.name
    stamp, text = folder / "installed.json", wanted.read_text()
    if not stamp.exists() or stamp.read_text() != text:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text(text)
        options = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"]
        command = [required("npm"), "install", *options]
        done = subprocess.run(
            command, cwd=folder, capture_output=True, check=False, timeout=INSTALL_SECONDS
        )
        if done.returncode:
            missed(f"npm could not install what {wanted.parent.name} needs")
        stamp.write_text(text)  # last: what an interrupted run left is made anew
    return folder / "node_modules" / ".bin"


def missed(reason: str) -> NoReturn:
    """Skip the test; fail it where nothing may be missing."""
    if os.environ.get("STOCKROOM_REQUIRE_PROGRAMS") == "1" or os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
