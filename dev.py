#!/usr/bin/env python3
"""Stockroom's workbench. Needs Python 3.11 or newer, and nothing else.

  python3 dev.py up               run everything: PostgreSQL, migrations, demo data, server
      --port N                    where to listen (default 8000)
      --data DIR                  where everything is kept (default .stockroom/)
      --no-demo                   start empty
      --workers N                 serve from N processes
  python3 dev.py test [...]       the whole suite on real PostgreSQL; takes pytest's arguments
  python3 dev.py check            what CI checks besides the tests: lint, types, layers, contracts
  python3 dev.py contracts        write the contracts anew: GraphQL, OpenAPI, tables
  python3 dev.py migration NAME   write the migration that brings the tables up to the models
  python3 dev.py bench [NAME]     measure
  python3 dev.py differential     ask thousands of made-up GraphQL documents of both executors
      --documents N               how many (default 5000)
      --seed S                    the same documents as another run that printed this seed
  python3 dev.py fuzz             ask a server of its own what its contracts allow, and what not
      --face rest|graphql         one face alone
      --cases N                   how many of each face (default 50000)
      --seed S                    the same cases as another run that printed this seed
  python3 dev.py lock [--upgrade] write the lock files anew, with newer versions if asked

DATABASE_URL set: that PostgreSQL (16 or newer) is used, and none is started.
STOCKROOM_ADMIN_PASSWORD: the password of the demo's admin@example.com; without it one is
made up and shown once.
"""
# Written for any Python 3, so that an old one gets as far as the sentence in `main`.

import hashlib
import os
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
BIN = os.path.join(VENV, "bin")
PYTHON = os.path.join(BIN, "python")
LOCK = os.path.join(ROOT, "requirements.lock")
RUNTIME_LOCK = os.path.join(ROOT, "requirements-runtime.lock")
PROJECT = os.path.join(ROOT, "pyproject.toml")


class Refusal(Exception):
    """What is missing, and what to do about it."""


def say(text):
    print(text, flush=True)


# The virtual environment


def fingerprint(path):
    with open(path, "rb") as source:
        return hashlib.sha256(sys.version.encode() + ROOT.encode() + source.read()).hexdigest()


def stamp_of(path):
    return os.path.join(VENV, f"made-from-{os.path.basename(path)}")


def is_made_from(path):
    try:
        with open(stamp_of(path)) as stamp:
            return stamp.read() == fingerprint(path)
    except OSError:
        return False


def mark_made_from(path):
    with open(stamp_of(path), "w") as stamp:
        stamp.write(fingerprint(path))


def ensure_venv():
    """A stamp is written last: what an interrupted run left is made anew."""
    if not is_made_from(LOCK):
        since = time.monotonic()
        say("Making .venv from requirements.lock (once, about a minute) ...")
        bootstrap_venv()
        install_lock()
        mark_made_from(LOCK)
        say(f"  done in {time.monotonic() - since:.0f} seconds.")
    if not is_made_from(PROJECT):
        say("Installing the command .venv/bin/stockroom ...")
        command = [PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
        step([*command, "--editable", ROOT], "That failed; see above.")
        mark_made_from(PROJECT)


def bootstrap_venv():
    advice = "Install it (Debian and Ubuntu: apt install python3-venv), then run this again."
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError as error:
        raise Refusal(f"This Python comes without the module {error.name}. {advice}") from None
    shutil.rmtree(VENV, ignore_errors=True)
    say("  an empty environment ...")
    try:
        venv.create(VENV, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Refusal(f"Making {VENV} failed: {error}. {advice}") from None


def install_lock():
    """With uv, which is several times quicker, or else with the pip that every Python has."""
    pip = [PYTHON, "-m", "pip", "install", "--no-deps", "--require-hashes"]
    uv_lock = os.path.join(VENV, "uv.lock.txt")
    with open(uv_lock, "w") as only_uv:
        only_uv.write(locked("uv"))
    say("  the packages ...")
    uv = [os.path.join(BIN, "uv"), "pip", "install", "--quiet", "--compile-bytecode"]
    uv += ["--no-deps", "--require-hashes"]
    quick = (
        run([*pip, "--quiet", "-r", uv_lock]) == 0
        and run([*uv, "--python", PYTHON, "-r", LOCK]) == 0
    )
    if not quick:
        say("  again, with pip alone (slower) ...")
        step([*pip, "-r", LOCK], "The packages could not be installed: is the network there?")


def locked(name):
    """One package's lines of the lock: its pinned version and its hashes."""
    with open(LOCK) as lock:
        lines = lock.read().splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith(name + "=="))
    last = next(i for i in range(first, len(lines)) if not lines[i].endswith("\\"))
    return "\n".join(lines[first : last + 1]) + "\n"


# Running things


def run(command):
    """The exit code. Ctrl-C goes to the child as well; its own farewell is waited for."""
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.wait()
        raise


def step(command, complaint):
    if run(command) != 0:
        raise Refusal(complaint)


def become(*command):
    """Replace this process, so that signals and the exit code are the command's own."""
    sys.stdout.flush()
    os.chdir(ROOT)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or each start would compile everything anew
    os.execv(command[0], command)


def tool(name):
    return os.path.join(BIN, name)


# The commands


def up(arguments):
    ensure_venv()
    become(tool("stockroom"), "up", *arguments)


def test(arguments):
    ensure_venv()
    workers = (os.cpu_count() or 1) + 1  # some always wait: for a clock, a browser, a process
    become(
        PYTHON,
        "-m",
        "pytest",
        "-n",
        str(workers),
        "--dist",
        "loadfile",
        "--no-loadscope-reorder",
        *arguments,
    )


def check(arguments):
    ensure_venv()
    no_more(arguments)
    checks = [
        ("lint", [tool("ruff"), "check", "."]),
        ("format", [tool("ruff"), "format", "--check", "."]),
        ("types", [tool("mypy")]),
        ("layers", [tool("lint-imports")]),
        ("contracts", [PYTHON, "-m", "pytest", "-q", "tests/contract"]),
    ]
    failed = [name for name, command in checks if headed(name, command) != 0]
    failed += [os.path.basename(path) for path in (LOCK, RUNTIME_LOCK) if names_a_host(path)]
    if failed:
        raise Refusal(f"Failed: {', '.join(failed)}.")
    say("All checks passed.")


def headed(name, command):
    say(f"== {name}")
    return run(command)


def names_a_host(path):
    with open(path) as lock:
        return "://" in lock.read()


def contracts(arguments):
    ensure_venv()
    no_more(arguments)
    become(tool("stockroom"), "contracts")


def migration(arguments):
    if len(arguments) != 1:
        raise Refusal("Name the migration: python3 dev.py migration add_reorder_points")
    ensure_venv()
    become(tool("stockroom"), "new-migration", arguments[0])


def bench(arguments):
    ensure_venv()
    become(PYTHON, "-m", "benchmarks", *arguments)


def differential(arguments):
    ensure_venv()
    become(PYTHON, "-m", "tests.differential", *arguments)


def fuzz(arguments):
    ensure_venv()
    become(PYTHON, "-m", "tests.fuzzing", *arguments)


def lock(arguments):
    ensure_venv()
    no_more([word for word in arguments if word != "--upgrade"])
    compiled = [tool("uv"), "pip", "compile", "--quiet", "--universal", "--generate-hashes"]
    compiled += ["--no-header", "--no-annotate", *arguments, "pyproject.toml"]
    for group, path in (("dev", LOCK), ("build", RUNTIME_LOCK)):
        say(f"{os.path.basename(path)} ...")
        target = ["--group", group, "--output-file", os.path.basename(path)]
        step([*compiled, *target], "No set of versions fits; the lock is as it was.")


def no_more(arguments):
    if arguments:
        raise Refusal(f"Not understood: {' '.join(arguments)}. See python3 dev.py --help")


COMMANDS = {
    f.__name__: f for f in (up, test, check, contracts, migration, bench, differential, fuzz, lock)
}


def main(arguments):
    if sys.version_info < (3, 11):  # noqa: UP036
        found = ".".join(map(str, sys.version_info[:2]))
        raise Refusal(
            f"Stockroom needs Python 3.11 or newer, and this is {found}. Install a newer one and"
            " run this with it, for example: python3.11 dev.py up"
        )
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        say(__doc__.strip())
        return
    command = COMMANDS.get(arguments[0])
    if command is None:
        raise Refusal(f"There is no command {arguments[0]}. See python3 dev.py --help")
    command(arguments[1:])


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        sys.exit(1)
