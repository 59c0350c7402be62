"""Makes clients from the contracts, with the generators that docs/clients.md names."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.programs import required

ROOT = Path(__file__).parents[2]
OPENAPI = ROOT / "rest" / "openapi-3.1.json"
SCHEMA = ROOT / "graphql_schema" / "schema.graphql"
HERE = Path(__file__).parent
INSTALLED = ROOT / ".stockroom" / "clients"
SECONDS = 300


def typescript(folder: Path) -> Path:
    """Both TypeScript clients and the program that uses them, compiled; the program's path."""
    npm = required("npm")
    packages = INSTALLED / "typescript"
    lock = HERE / "typescript" / "package-lock.json"
    if not _is_made_from(lock, packages):
        shutil.copy(lock.with_name("package.json"), packages)
        shutil.copy(lock, packages)
        ran([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], packages)
        _mark(lock, packages)
    for source in (HERE / "typescript").iterdir():
        shutil.copy(source, folder)
    shutil.copy(OPENAPI, folder / "openapi.json")
    shutil.copy(SCHEMA, folder / "schema.graphql")
    (folder / "node_modules").symlink_to(packages / "node_modules")
    for script in ("rest", "graphql", "build"):
        ran([npm, "run", "--silent", script], folder)
    return folder / "built" / "smoke.js"


def python(folder: Path) -> list[str]:
    """The Python client, compiled, and how to run the program that uses it."""
    packages = INSTALLED / "python"
    lock = HERE / "python" / "requirements.lock"
    if not _is_made_from(lock, packages):
        uv = str(Path(sys.executable).with_name("uv"))
        ran([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(packages)], ROOT)
        into = ["--quiet", "--python", str(packages / "bin" / "python")]
        ran([uv, "pip", "install", *into, "--require-hashes", "-r", str(lock)], ROOT)
        _mark(lock, packages)
    generator = packages / "bin" / "openapi-python-client"
    options = ["--meta", "none", "--output-path", "stockroom_client"]
    ran([str(generator), "generate", "--path", str(OPENAPI), *options], folder)
    shutil.copy(HERE / "python" / "smoke.py", folder)
    interpreter = str(packages / "bin" / "python")
    ran([interpreter, "-W", "error", "-m", "compileall", "-q", "stockroom_client"], folder)
    return [interpreter, "smoke.py"]


def ran(command: list[str], folder: Path) -> str:
    """What a command prints; a failure says all that it said."""
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=SECONDS
    )
    assert done.returncode == 0, f"{command}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


def _is_made_from(lock: Path, packages: Path) -> bool:
    """Whether exactly this is installed; where not, the folder is there to install it in."""
    packages.mkdir(parents=True, exist_ok=True)
    stamp = packages / "made-from"
    return stamp.exists() and stamp.read_bytes() == lock.read_bytes()


def _mark(lock: Path, packages: Path) -> None:
    """Last: what an interrupted run left is made anew."""
    shutil.copy(lock, packages / "made-from")
