"""`export`: a million stock movements as CSV, streamed over HTTP by the product."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from threading import Event, Thread
from urllib.request import Request, urlopen

import asyncpg

from benchmarks.load import Template
from benchmarks.servers import Server, stockroom
from benchmarks.shop import Shop, open_shop
from benchmarks.stage import Stage
from benchmarks.stocking import LOCATIONS, Size

ITEMS, MOVEMENTS = 1000, 200
ROUNDS = 3  # at most: each reads everything twice
MIB = 1 << 20
GOAL_MIB = 32
CHUNK = 1 << 16
PATIENCE_SECONDS = 600
PATH = "/v1/stock-movements"


def run(stage: Stage) -> None:
    """Measure rows a second, beside COPY TO STDOUT through the same driver, and the growth of the
    serving process.
    """
    size = Size(ITEMS, orders=1, movements=max(2, round(MOVEMENTS * stage.pace.share)))
    with open_shop(size) as shop, stockroom(shop) as server:
        print(f"\nCSV of {size.items * LOCATIONS * size.movements:,} stock movements", flush=True)
        Template("GET", PATH, {"Authorization": shop.authorization}).ask(server.address)  # warms up
        _measure(stage, shop, server)


def _measure(stage: Stage, shop: Shop, server: Server) -> None:
    rates, shares, growths = [], [], []
    for _ in range(min(stage.pace.rounds, ROUNDS)):
        with _watched(server) as growth:
            rows, seconds = _exported(shop, server)
        growths.append(growth[0] / MIB)
        copied, least = asyncio.run(_copied(shop))
        if rows != copied:
            raise RuntimeError(f"The export has {rows} rows, the table {copied}.")
        rates.append(rows / seconds)
        shares.append(least / seconds)
    stage.report.found("export", "Rows per second", f"{median(rates):,.0f}")
    stage.report.found("export", "Growth of the process", f"{max(growths):.1f} MiB")
    stage.report.compared("export", "copy", median(shares))
    stage.report.compared("export", f"goal-{GOAL_MIB}MiB", max(growths) / GOAL_MIB)


def _exported(shop: Shop, server: Server) -> tuple[int, float]:
    """How many rows came, and in how many seconds."""
    headers = {"Authorization": shop.authorization, "Accept": "text/csv"}
    request = Request(server.address + PATH, headers=headers)
    since, lines = time.perf_counter(), 0
    with urlopen(request, timeout=PATIENCE_SECONDS) as response:
        while chunk := response.read(CHUNK):
            lines += chunk.count(b"\n")
    return lines - 1, time.perf_counter() - since


async def _copied(shop: Shop) -> tuple[int, float]:
    connection = await asyncpg.connect(shop.address, server_settings={"jit": "off"})
    lines = 0

    async def count(chunk: bytes) -> None:
        nonlocal lines
        lines += chunk.count(b"\n")

    try:
        since = time.perf_counter()
        await connection.copy_from_query(_ROWS, output=count, format="csv")
        return lines, time.perf_counter() - since
    finally:
        await connection.close()


@contextmanager
def _watched(server: Server) -> Iterator[list[int]]:
    """How many bytes the process grew by at most, once this is over."""
    before, done = server.memory(), Event()
    growth = [0]

    def watch() -> None:
        while not done.wait(0.05):
            growth[0] = max(growth[0], server.memory() - before)

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield growth
    finally:
        done.set()
        watcher.join()


_ROWS = """
SELECT 'level_' || encode(uuid_send(m.level_id), 'hex'), m.seq,
    'posting_' || encode(uuid_send(m.posting_id), 'hex'), p.kind,
    'item_' || encode(uuid_send(l.item_id), 'hex'),
    'location_' || encode(uuid_send(l.location_id), 'hex'),
    m.available_delta, m.reserved_delta, m.committed_delta, m.damaged_delta, m.quality_hold_delta,
    m.available_after, m.reserved_after, m.committed_after, m.damaged_after, m.quality_hold_after,
    m.unit_cost, m.currency, m.recorded_at
FROM stock_movements m
JOIN postings p ON p.id = m.posting_id
JOIN stock_levels l ON l.id = m.level_id
ORDER BY m.recorded_at DESC, m.level_id DESC"""
