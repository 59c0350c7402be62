"""`import`: a file of fifty thousand new items, through `stockroom import`."""

import asyncio
import csv
import io
import os
import subprocess
import time
from pathlib import Path
from statistics import median

import asyncpg

from benchmarks.servers import CLI, ROOT
from benchmarks.shop import Shop, open_shop
from benchmarks.stage import Stage
from benchmarks.stocking import CATEGORIES, Size

ROWS = 50_000
ROUNDS = 3  # at most
PATIENCE_SECONDS = 1800


def run(stage: Stage) -> None:
    """Measure, beside COPY FROM of the very rows that the import writes, into the same tables."""
    rows = max(10, round(ROWS * stage.pace.share))
    with open_shop(Size(items=3, orders=1)) as shop:
        print(f"\n{rows:,} new items from a CSV file", flush=True)
        file = shop.folder / "items.csv"
        _write(file, rows)
        ours, least = [], []
        for number in range(min(stage.pace.rounds, ROUNDS)):
            ours.append(_imported(shop, file, f"imported_{number}"))
            written = asyncio.run(_written(shop, f"imported_{number}"))
            if written["items"].count(b"\n") != rows:
                raise RuntimeError(f"{written['items'].count(10)} items were imported, not {rows}.")
            least.append(asyncio.run(_copied(shop, f"copied_{number}", written)))
    stage.report.found("import", "Seconds, with the start of the command", f"{median(ours):.1f}")
    stage.report.found("import", "Rows per second", f"{rows / median(ours):,.0f}")
    shares = [theirs / our for our, theirs in zip(ours, least, strict=True)]
    stage.report.compared("import", "copy", median(shares))


def _write(file: Path, rows: int) -> None:
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["sku", "name", "category", "unit", "price", "currency", "attributes.wood"])
        for n in range(rows):
            price = f"{n % 900}.{n % 100:02}"
            kind = f"category-{1 + n % CATEGORIES}"
            writer.writerow([f"NEW-{n:06}", f"Elm table {n}", kind, "each", price, "EUR", "elm"])


def _imported(shop: Shop, file: Path, name: str) -> float:
    """How many seconds the command took, on a database of its own."""
    asyncio.run(_duplicate(shop, name))
    settings = {
        "DATABASE_URL": shop.settings.database_url.replace("/stockroom?", f"/{name}?"),
        "STOCKROOM_SECRET": shop.settings.secret.get_secret_value(),
        "PYTHONPATH": str(ROOT),
    }
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("STOCKROOM_")}
    since = time.perf_counter()
    done = subprocess.run(
        [*CLI, "import", "items", str(file)],
        env=inherited | settings,
        cwd=shop.folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    if done.returncode:
        raise RuntimeError(f"The import failed: {done.stderr[-2000:]}")
    return time.perf_counter() - since


async def _connect(shop: Shop, name: str) -> "asyncpg.Connection[asyncpg.Record]":
    return await asyncpg.connect(shop.address, database=name)


async def _duplicate(shop: Shop, name: str) -> None:
    connection = await _connect(shop, "postgres")
    try:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE stockroom")
    finally:
        await connection.close()


async def _written(shop: Shop, name: str) -> dict[str, bytes]:
    """What the import wrote, table by table, as COPY writes it."""
    before, after = await _connect(shop, "stockroom"), await _connect(shop, name)
    try:
        tables = await after.fetch(_TABLES)
        grown = {}
        for table, key, columns in tables:
            count = f"SELECT count(*) FROM {table}"
            if await before.fetchval(count) == await after.fetchval(count):
                continue
            old = await before.fetchval(f"SELECT array_agg({key}::text) FROM {table}") or []
            new = f"{key}::text <> ALL (ARRAY[{', '.join(map(_quoted, old))}]::text[])"
            buffer = io.BytesIO()
            query = f"SELECT {columns} FROM {table} WHERE {new}"
            await after.copy_from_query(query, output=buffer)
            grown[str(table)] = buffer.getvalue()
        return grown
    finally:
        await before.close()
        await after.close()


async def _copied(shop: Shop, name: str, written: dict[str, bytes]) -> float:
    await _duplicate(shop, name)
    connection = await _connect(shop, name)
    try:
        columns = {table: found.split(", ") for table, _, found in await connection.fetch(_TABLES)}
        since = time.perf_counter()
        async with connection.transaction():
            for table, rows in written.items():
                source = io.BytesIO(rows)
                await connection.copy_to_table(table, source=source, columns=columns[table])
        return time.perf_counter() - since
    finally:
        await connection.close()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


# Each table with its key and the columns that are not computed.
_TABLES = """
SELECT t.relname::text, (
    SELECT 'ROW(' || string_agg(a.attname, ', ' ORDER BY a.attnum) || ')' FROM pg_index i
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (i.indkey)
    WHERE i.indrelid = t.oid AND i.indisprimary
), (
    SELECT string_agg(a.attname, ', ' ORDER BY a.attnum) FROM pg_attribute a
    WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
)
FROM pg_class t
WHERE t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace
    AND EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary)
ORDER BY t.oid"""
