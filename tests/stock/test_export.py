"""The ledger as a file: every line of it, as the list shows it, and never all at once in memory."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from api.database import Database
from api.domain.actors import NOBODY, SYSTEM
from api.domain.asking import EVERY
from api.domain.errors import Busy, Unauthenticated, Unavailable
from api.domain.exporting import Export
from api.domain.keyring import Keyring
from api.domain.paging import SortKey
from api.domain.scope import Scope
from api.domain.statements import Statement
from api.domain.stock import service as stock
from api.settings import Settings
from tests.conftest import SECRET
from tests.faces import Face
from tests.factories import which
from tests.stock.warehouse import Shelf


async def read(export: Export) -> list[dict[str, str]]:
    """The rows of a file."""
    pieces: list[bytes] = []

    async def keep(piece: bytes) -> None:
        pieces.append(bytes(piece))

    await export.write(keep)
    return list(csv.DictReader(io.StringIO(b"".join(pieces).decode())))


def plain(value: Any) -> str:
    return "" if value is None else str(value)


async def test_a_file_has_what_the_list_has(scope: Scope, shelf: Shelf, rest: Face) -> None:
    await shelf.receive(5)
    await shelf.adjust(-2)
    level_id = (await shelf.receive(1)).movements[0].level_id
    page = await rest.call("list_stock_movements", where={"level_id": {"eq": level_id}})

    chosen = which(stock.list_stock_movements, {"level_id": {"eq": level_id}})
    rows = await read(await scope.run(stock.export_stock_movements, chosen, ()))

    assert len(rows) == 3
    assert [row["unit_cost"] for row in rows] == ["", "", ""]
    for row, shown in zip(rows, page["data"], strict=True):
        shown.pop("unit_cost")
        told = {name: row[name] for name in shown}
        assert told == {name: plain(value) for name, value in shown.items()}


async def test_a_file_is_sorted_as_asked(scope: Scope, shelf: Shelf) -> None:
    level_id = (await shelf.receive(5)).movements[0].level_id
    await shelf.adjust(-2)
    chosen = which(stock.list_stock_movements, {"level_id": {"eq": level_id}})

    rows = await read(
        await scope.run(stock.export_stock_movements, chosen, (SortKey("RECORDED_AT"),))
    )

    assert [row["seq"] for row in rows] == ["1", "2"]


async def test_who_may_not_read_stock_gets_no_file(scope: Scope) -> None:
    stranger = Scope(scope.connections, NOBODY, scope.keyring)

    with pytest.raises(Unauthenticated):
        await stranger.run(stock.export_stock_levels, EVERY, ())


async def test_a_third_file_at_once_has_to_wait(scope: Scope, shelf: Shelf) -> None:
    await shelf.receive(1)
    export = await scope.run(stock.export_stock_levels, EVERY, ())

    async def innermost(_: bytes) -> None:
        with pytest.raises(Busy):
            await read(export)
        raise EOFError

    async def inner(_: bytes) -> None:
        await export.write(innermost)

    with pytest.raises(EOFError):
        await export.write(inner)
    assert await read(export), "what was broken off has given its place back"


@pytest.fixture
async def small(settings: Settings) -> AsyncIterator[Callable[[int], Scope]]:
    """The same shop with so many connections, for which nobody waits long."""
    made: list[Database] = []

    def open_with(connections: int) -> Scope:
        few = {"pool_size": connections, "pool_timeout_seconds": 0.1}
        made.append(Database(settings.model_copy(update=few)))
        return Scope(made[-1], SYSTEM, Keyring(SECRET.encode()))

    yield open_with
    for database in made:
        await database.close()


async def test_files_leave_a_connection_to_all_others(small: Callable[[int], Scope]) -> None:
    alone, two = small(1), small(2)
    refused = await alone.run(stock.export_stock_levels, EVERY, ())
    export = await two.run(stock.export_stock_levels, EVERY, ())

    async def beside(_: bytes) -> None:
        with pytest.raises(Busy):
            await read(export)

    with pytest.raises(Busy):
        await read(refused)
    await export.write(beside)


async def test_a_file_for_which_no_connection_is_left_is_asked_for_again_later(
    small: Callable[[int], Scope],
) -> None:
    scope = small(2)
    export = await scope.run(stock.export_stock_levels, EVERY, ())
    await scope.close()

    async with scope.connections.reader(), scope.connections.reader():
        with pytest.raises(Unavailable):
            await read(export)


async def test_what_goes_wrong_with_the_reader_of_a_file_stays_what_it_is(scope: Scope) -> None:
    export = await scope.run(stock.export_stock_levels, EVERY, ())

    async def full(_: bytes) -> None:
        raise OSError("No space left")

    with pytest.raises(OSError, match="No space left"):
        await export.write(full)


async def test_a_reader_who_stalls_gives_its_place_back(
    small: Callable[[int], Scope], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.domain.exporting.SECONDS", 1)
    long, short = (Statement(select(func.generate_series(1, last))) for last in (1_000_000, 1))
    export = Export("numbers", small(2).connections, ["number"], long, {})
    pieces = 0

    async def stall(_: bytes) -> None:
        nonlocal pieces
        pieces += 1
        if pieces > 1:
            await asyncio.Event().wait()

    async with asyncio.timeout(10):
        with pytest.raises(Unavailable):
            await export.write(stall)
        assert await read(replace(export, statement=short)) == [{"number": "1"}]
