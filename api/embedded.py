"""The PostgreSQL that Stockroom brings along, for a machine that offers none.

It listens on a unix socket that nobody but its owner can reach. Processes that name the same folder
share one server, and the last to leave stops it; what a killed process left running is taken over
by the next one.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

from api import cluster as clusters
from api.cluster import EmbeddedError

__all__ = ["EmbeddedError", "EmbeddedServer", "start"]


@dataclass
class EmbeddedServer:
    """One process's claim on a running server."""

    cluster: Path
    sockets: Path
    _claim: IO[bytes] = field(repr=False)

    @property
    def url(self) -> str:
        """Of the database `stockroom`, for its owner; both are there from the first moment."""
        return self._address(clusters.owner_of(self.cluster))

    @property
    def superuser_url(self) -> str:
        """Of the same database, for who makes others beside it."""
        return self._address(clusters.SUPERUSER)

    def _address(self, role: str) -> str:
        where = f"host={quote(str(self.sockets))}&port=5432"
        return f"postgresql+asyncpg://{role}@/{clusters.DATABASE}?{where}"

    def stop(self) -> None:
        """Give up the claim; the last one stops the server. A second call does nothing."""
        if self._claim.closed:
            return
        with _turn(self.cluster.parent):
            self._claim.close()
            server = clusters.server_of(self.cluster)
            if server and not _claimed(self.cluster.parent):
                clusters.shut_down(server)
                clusters.forget_sockets(self.sockets)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(data_dir: Path, *, durable: bool = True) -> EmbeddedServer:
    """Serve the cluster kept in `data_dir`, made on first use; join its server when one runs.

    `durable=False` is for databases that are thrown away: quicker, and broken by a power failure.
    """
    data_dir = data_dir.expanduser().resolve()
    cluster = data_dir / "postgres"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with _turn(data_dir):
            if not _taken_over(cluster):
                clusters.clear_wreckage(cluster)
                if not cluster.exists():
                    clusters.create_cluster(cluster, durable=durable)
                clusters.launch(cluster, durable=durable)
            claim = _claims(data_dir).open("ab")
            fcntl.flock(claim, fcntl.LOCK_SH)
            return EmbeddedServer(cluster, Path(clusters.status(cluster)["sockets"]), claim)
    except PermissionError as error:
        raise EmbeddedError(
            f"{error.filename or data_dir} belongs to another user. Start Stockroom as that user,"
            " or choose another folder with --data."
        ) from error
    except OSError as error:
        raise EmbeddedError(f"The database in {data_dir} cannot be used: {error}.") from error


def _taken_over(cluster: Path) -> bool:
    """True once a server that already runs is ready to be joined."""
    server = clusters.server_of(cluster)
    if server and clusters.status(cluster).get("state") == "stopping":
        clusters.shut_down(server)
        return False
    if server is None:
        return False
    clusters.await_ready(cluster, server)
    return clusters.answers(cluster, server)


# Locks of the kind that the system releases whatever way a process ends


@contextmanager
def _turn(data_dir: Path) -> Iterator[None]:
    """One process at a time starts or stops the server."""
    with (data_dir / "postgres.lock").open("ab") as handle:
        deadline = time.monotonic() + clusters.RECOVERY_SECONDS
        while not _locked(handle):
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    "Another Stockroom process keeps starting or stopping the database in"
                    f" {data_dir}. End it, then try again."
                )
            time.sleep(0.05)
        yield


def _locked(handle: IO[bytes]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _claims(data_dir: Path) -> Path:
    return data_dir / "postgres.users"


def _claimed(data_dir: Path) -> bool:
    with _claims(data_dir).open("ab") as handle:
        return not _locked(handle)
