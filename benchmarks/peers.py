"""Other people's servers over the same tables, from npm where Node is there, each with code of ours
in `peers/` that answers as the product does: without a token, limits or a log, by one process.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import make_url

from api.domain.keyring import Keyring
from benchmarks.answers import same_answer
from benchmarks.load import Runner, Template, http
from benchmarks.servers import ROOT, free_port, pool_of, serving
from benchmarks.shop import Shop

PROGRAMS = Path(__file__).parent / "peers"
INSTALLED = ROOT / ".stockroom" / "peers"
INSTALL_SECONDS = 300


@dataclass(frozen=True)
class Peers:
    """The peers, which are installed when they are first needed unless that is forbidden."""

    may_install: bool = True

    @contextmanager
    def runners(
        self, shop: Shop, ours: str, template: Template, wanted: Mapping[str, list[str]]
    ) -> Iterator[dict[str, Runner]]:
        """What measures each of these, by name; none, with a sentence that says why, when there can
        be none. All must give our answer, whose `extensions` aside.
        """
        if self._missing:
            print(f"\nWithout {', '.join(wanted)}: {self._missing}")
            yield {}
            return
        only = "data" if template.path == "/graphql" else None
        with ExitStack() as running:
            found = {}
            for name, command in wanted.items():
                address = running.enter_context(_served(shop, command))
                same_answer(template, ours, address, only)
                found[name] = http(address, template, shop.folder)
            yield found

    @cached_property
    def _missing(self) -> str | None:
        node, npm = shutil.which("node"), shutil.which("npm")
        if node is None or npm is None:
            return "Node is not installed."
        wanted = (PROGRAMS / "package.json").read_text()
        stamp = INSTALLED / "installed.json"
        if stamp.exists() and stamp.read_text() == wanted:
            return None
        if not self.may_install:
            return "they are not installed, and were not to be."
        print("\nInstalling the peers ...", flush=True)
        INSTALLED.mkdir(parents=True, exist_ok=True)
        (INSTALLED / "package.json").write_text(wanted)
        options = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"]
        command = [npm, "install", *options]
        done = subprocess.run(
            command, cwd=INSTALLED, capture_output=True, check=False, timeout=INSTALL_SECONDS
        )
        if done.returncode:
            return "npm could not install them; is the network there?"
        stamp.write_text(wanted)  # last: what an interrupted run left is made anew
        return None


@contextmanager
def _served(shop: Shop, command: list[str]) -> Iterator[str]:
    port = free_port()
    url = make_url(shop.settings.database_url)
    surroundings = pool_of(shop) | {
        "BENCHMARK_USER": str(url.username),
        "BENCHMARK_NAME": str(url.database),
        "BENCHMARK_CURSOR_KEY": Keyring(shop.settings.secret_bytes).cursors.hex(),
        "NODE_ENV": "production",
        "NODE_PATH": os.fspath(INSTALLED / "node_modules"),
    }
    program, *options = command
    node = shutil.which("node") or "node"
    started = [node, str(PROGRAMS / program), str(port), *options]
    with serving(shop.folder, started, port, surroundings) as server:
        yield server.address
