"""Migrations go up, come down, and leave nothing that the models have and they have not."""

import re
from itertools import pairwise
from uuid import uuid4

from alembic import command
from sqlalchemy import inspect, text
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


async def rules_of(url: str) -> set[tuple[str, str]]:
    """The functions, triggers and constraints of a database, as PostgreSQL would write them."""
    rules = """
        SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = mine.oid
        UNION ALL
        SELECT tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
        WHERE NOT tgisinternal AND relnamespace = mine.oid
        UNION ALL
        SELECT conname, conrelid::regclass || pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = mine.oid AND contype <> 't' AND conname NOT LIKE 'alembic%'
    """
    mine = "(SELECT oid FROM pg_namespace WHERE nspname = 'public') mine"
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        found = await connection.execute(text(f"SELECT r.* FROM {mine}, LATERAL ({rules}) r"))
        rows = {(row[0], row[1]) for row in found}
    await engine.dispose()
    return rows


async def test_up_down_and_up_again(server: str) -> None:
    url = await create_database(server, f"moved_{uuid4().hex}")

    await migrating.upgrade(url)
    assert await tables_of(url) == set(metadata.tables)
    assert await migrating.pending(url) == []

    await migrating.downgrade(url, "base")
    assert await tables_of(url) == set()

    await migrating.upgrade(url)
    assert await tables_of(url) == set(metadata.tables)


async def test_each_migration_comes_down_to_what_was_before_and_goes_up_again(server: str) -> None:
    url = await create_database(server, f"stepped_{uuid4().hex}")
    steps = await migrating.pending(url)
    rules = [await rules_of(url)]

    for _ in steps:
        await migrating.upgrade(url, "+1")
        rules.append(await rules_of(url))
    assert await migrating.pending(url) == []

    for before, after in reversed(list(pairwise(rules))):
        await migrating.downgrade(url, "-1")
        assert await rules_of(url) == before
        await migrating.upgrade(url, "+1")
        assert await rules_of(url) == after
        await migrating.downgrade(url, "-1")


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
