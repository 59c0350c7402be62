"""What others do while a file is brought in, and what a file holds while it is read."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from sqlalchemy import QueuePool, text

from api.database import Database
from api.domain.actors import Permission
from api.domain.errors import Conflict
from api.domain.locations.reads import Location
from api.domain.operations import Key, Kind, Operation
from api.domain.scope import Scope
from api.importing import Choices, import_file
from api.importing.columns import Layout
from api.importing.receipts import Receipts, Receiving
from api.importing.transaction import Row
from tests.faces import RestFace
from tests.factories import an_item
from tests.importing.conftest import Bring, counts


async def test_what_others_note_of_an_item_while_a_file_is_read_is_kept(
    bring: Bring, rest: RestFace, database: Database
) -> None:
    item = await an_item(rest, attributes={"wood": "oak"})
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )

    heading, sku = "sku,attributes.wood", item["sku"]
    async with database.write() as other, database.read() as connection:
        note = 'UPDATE items SET attributes = attributes || \'{"color": "red"}\' WHERE sku = :sku'
        await other.execute(text(note), {"sku": sku})
        importing = asyncio.ensure_future(bring("items", f"{heading}\n{sku},ash\n"))
        async with asyncio.timeout(5):
            while not (await connection.execute(waiting)).scalar_one():
                await asyncio.sleep(0.01)
        await other.commit()
        tally = await importing

    found = await rest.call("get_item", item_id=item["id"])
    assert counts(tally) == (0, 1, 0)
    assert found["attributes"] == {"wood": "ash", "color": "red"}


@dataclass(frozen=True)
class Watching(Receiving):
    """A delivery that notes how many connections are out while its file is read ahead."""

    pool: QueuePool = field(kw_only=True)
    held: list[int] = field(kw_only=True)

    def foresee(self, row: Row) -> None:
        self.held.append(self.pool.checkedout())
        super().foresee(row)


@dataclass(frozen=True)
class Watched(Receipts):
    """Such deliveries."""

    pool: QueuePool
    held: list[int] = field(default_factory=list)

    def importer(self, layout: Layout, digest: str, currency: str | None) -> Receiving:
        document = layout.fingerprint(digest)
        return Watching(document, currency, pool=self.pool, held=self.held)


async def test_a_delivery_holds_no_connection_while_its_file_is_read_ahead(
    scope: Scope, database: Database, rest: RestFace, warehouse: Location, tmp_path: Path
) -> None:
    item = await an_item(rest)
    path = tmp_path / "delivery.csv"
    kind = Watched(cast("QueuePool", database.engine.pool))
    path.write_text(f"sku,location,quantity\n{item['sku']},{warehouse.code},3\n")

    tally = await import_file(scope, kind, path, Choices())

    assert counts(tally) == (1, 0, 0)
    assert kind.held == [0]


async def test_what_a_part_remembered_is_forgotten_when_it_is_undone(scope: Scope) -> None:
    async def try_a_part(scope: Scope) -> bool:
        with suppress(Conflict):
            async with scope.part():
                scope.memory["levels"] = "as they were changed"
                raise Conflict("It cannot be done.")
        return bool(scope.memory)

    trying = Operation[bool](
        "try_a_part", Kind.COMMAND, Permission.STOCK_WRITE, Key.OPTIONAL, False, try_a_part
    )
    assert await scope.run(trying) is False
