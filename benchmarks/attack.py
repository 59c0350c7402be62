"""`attack`: what hostile GraphQL bodies cost, and what others notice of twenty who send them."""

import asyncio
import http.client
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import psutil
from pydantic import SecretStr

from api.deps import Resources
from api.domain.accounts import service as accounts
from api.domain.accounts.commands import CreateApiKey, CreateUser
from api.domain.actors import PERMISSIONS, SYSTEM, Actor, Permission, Role
from api.domain.scope import Scope
from benchmarks.graphql_nested import nested
from benchmarks.load import Load, Pace
from benchmarks.load import http as requests_of
from benchmarks.servers import ROOT, Server, stockroom
from benchmarks.shop import Shop
from benchmarks.stage import Stage
from tests.attacks.bodies import bodies

ATTACKERS = 20
WORST = 10
SENT = 3
CPU_MS = 100
ORDINARY_POINTS = "600000"


def run(stage: Stage) -> None:
    """Measure each body alone, then a normal client alone and beside who sends the worst."""
    shop, report = stage.shop, stage.report
    print("\nHostile GraphQL", flush=True)
    attackers = asyncio.run(_attackers(shop))
    with stockroom(shop) as server:
        worst = _worst(server, shop, min(SENT, stage.pace.rounds))
    for ms, name, _ in worst:
        report.found("attack", name, f"{ms:.0f} ms of CPU")
    report.compared("attack", f"goal-{CPU_MS}ms", worst[0][0] / CPU_MS)
    folder = shop.folder / "attack"
    folder.mkdir()
    (folder / "who").write_text("\n".join(attackers))
    for number, (_, _, body) in enumerate(worst):
        (folder / f"{number:02}.body").write_bytes(body)
    with stockroom(shop, STOCKROOM_RATE_LIMIT_POINTS=ORDINARY_POINTS) as server:
        _race(stage, server, folder)


def _race(stage: Stage, server: Server, folder: Path) -> None:
    """A client with one connection, whose p99 is compared; one round each, of four times the
    usual length.
    """
    ask = requests_of(server.address, nested(stage.shop), stage.shop.folder)
    pace = Pace(stage.pace.seconds, 1, 1)
    ask(Pace(1.0, 1, 1))
    alone = ask(pace)
    command = [sys.executable, "-m", "benchmarks.attackers", server.address, str(folder)]
    crowd = subprocess.Popen(
        [*command, str(stage.pace.seconds + 4)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    time.sleep(2)
    beside = ask(pace)
    print(f"attackers were answered: {crowd.communicate()[0].strip()}", flush=True)
    for what, load in (("A client alone", alone), (f"Beside {ATTACKERS} attackers", beside)):
        stage.report.found("attack", what, _told(load))
    stage.report.compared("attack", "alone-p99", (beside.p99_ms or 0) / (alone.p99_ms or 1))


def _told(load: Load) -> str:
    return f"p50 {load.p50_ms:.1f} ms, p99 {load.p99_ms:.1f} ms"


def _worst(server: Server, shop: Shop, tries: int) -> list[tuple[float, str, bytes]]:
    """The bodies that cost the server most, each the best of a few tries."""
    host = server.address.removeprefix("http://")
    process, found = psutil.Process(server.pid), []
    for name, body in bodies():
        costs = []
        for _ in range(tries):
            before = sum(process.cpu_times()[:2])
            connection = http.client.HTTPConnection(host, timeout=60)
            headers = {"content-type": "application/json", "authorization": shop.authorization}
            connection.request("POST", "/graphql", body, headers)
            connection.getresponse().read()
            connection.close()
            costs.append((sum(process.cpu_times()[:2]) - before) * 1000)
        found.append((min(costs), name, body))
    return sorted(found, reverse=True)[:WORST]


async def _attackers(shop: Shop) -> list[str]:
    """The credentials of as many users."""
    resources, found = Resources.of(shop.settings), []
    for number in range(ATTACKERS):
        command = CreateUser(
            email=f"mallory-{number}-{uuid4().hex[:8]}@example.com",
            name="Mallory",
            role=Role.VIEWER,
            password=SecretStr("correct horse battery"),
        )
        scope = Scope(resources.database, SYSTEM, resources.keyring)
        user = await scope.run(accounts.create_user, command)
        actor = Actor(user.id, Role.VIEWER, PERMISSIONS[Role.VIEWER])
        own = Scope(resources.database, actor, resources.keyring)
        key = CreateApiKey(name="Mallory", scopes=[Permission.CATALOG_READ, Permission.STOCK_READ])
        made = await own.run(accounts.create_api_key, key)
        found.append(f"Bearer {made.secret}")
    await resources.close()
    return found
