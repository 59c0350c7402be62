"""Migrations go up, come down, and leave nothing that the models have and they have not."""

import re
from uuid import uuid4

from alembic import command
from sqlalchemy import inspect
from sqlalchemy.ext.asyncio import create_async_engine

from api import migrating
from api.domain.tables import metadata
from tests.conftest import create_database


async def tables_of(url: str) -> set[str]:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        names = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
    await engine.dispose()
    return names - {"alembic_version"}


async def test_up_down_and_up_again(server: str) -> None:
    url = await create_database(server, f"moved_{uuid4().hex}")

    await migrating.upgrade(url)
    assert await tables_of(url) == set(metadata.tables)
    assert await migrating.pending(url) == []

    await migrating.downgrade(url, "base")
    assert await tables_of(url) == set()

    await migrating.upgrade(url)
    assert await tables_of(url) == set(metadata.tables)


async def test_each_migration_comes_down_and_goes_up_again(server: str) -> None:
    url = await create_database(server, f"stepped_{uuid4().hex}")
    steps = await migrating.pending(url)

    await migrating.upgrade(url)
    for _ in steps:
        await migrating.downgrade(url, "-1")
    for _ in steps:
        await migrating.upgrade(url, "+1")

    assert await migrating.pending(url) == []


async def test_the_models_have_nothing_that_the_migrations_have_not(server: str) -> None:
    url = await create_database(server, f"checked_{uuid4().hex}")
    await migrating.upgrade(url)

    await migrating.run(url, command.check)  # raises when autogenerate finds something


def test_migrations_are_named_by_their_date() -> None:
    names = [path.stem for path in (migrating.FOLDER / "versions").glob("2*.py")]

    assert names
    assert all(
        re.fullmatch(r"20\d\d_[01]\d_[0-3]\d_[0-2]\d[0-5]\d_[a-z_]+", name) for name in names
    )


async def test_the_newest_migration_is_known_without_alembic(server: str) -> None:
    url = await create_database(server, f"newest_{uuid4().hex}")
    steps = await migrating.pending(url)

    assert migrating.newest() == steps[0]
