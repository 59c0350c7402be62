"""`stockroom export`, as a person runs it: a whole list, or one sentence and nothing changed."""

import os
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.cli.test_commands import STOCKROOM, run


def test_a_list_is_written_to_a_file_or_to_the_next_program(
    own_database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "all.csv").write_text("yesterday's list")
    piped = run(tmp_path, "export", "stock-levels", url=own_database_url)
    filed = run(tmp_path, "export", "stock-movements", "--to", "all.csv", url=own_database_url)
    nowhere = run(tmp_path, "export", "stock-levels", "--to", "no/file.csv", url=own_database_url)

    assert piped.stdout.startswith("id,item_id,location_id,available,"), piped.stderr
    assert (filed.returncode, filed.stdout) == (0, ""), filed.stderr
    assert (tmp_path / "all.csv").read_text().startswith("level_id,seq,posting_id,kind,")
    assert nowhere.returncode == 1
    assert (
        nowhere.stderr.strip()
        == "stockroom: no/file.csv cannot be written: No such file or directory."
    )


async def test_a_good_file_outlives_an_export_that_fails(
    own_database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "all.csv").write_text("yesterday's list")
    (tmp_path / "all.csv").chmod(0o640)
    engine = create_async_engine(own_database_url)
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE stock_levels RENAME TO mislaid"))
    await engine.dispose()

    failed = run(tmp_path, "export", "stock-levels", "--to", "all.csv", url=own_database_url)
    written = run(tmp_path, "export", "stock-movements", "--to", "new.csv", url=own_database_url)

    assert (failed.returncode, failed.stderr.count("\n")) == (1, 1), failed.stderr
    assert failed.stderr.startswith("stockroom: ")
    assert (tmp_path / "all.csv").read_text() == "yesterday's list"
    assert (tmp_path / "all.csv").stat().st_mode & 0o777 == 0o640
    assert written.returncode == 1  # a movement's level is not there either
    assert [path.name for path in tmp_path.glob("*.csv*")] == ["all.csv"]
    assert not [*tmp_path.glob("*.part"), *tmp_path.glob(".*.part")]


@pytest.mark.parametrize("gone", [False, True])
def test_an_output_that_takes_no_more_is_told_in_a_sentence(
    own_database_url: str, tmp_path: Path, gone: bool
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open("/dev/full", "wb") as full:
        failed = subprocess.run(
            [STOCKROOM, "export", "stock-levels"],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "DATABASE_URL": own_database_url},
            stdout=writing if gone else full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
            check=False,
        )
    os.close(writing)

    why = "Broken pipe" if gone else "No space left on device"
    assert failed.stderr == f"stockroom: standard output cannot be written: {why}.\n"
    assert failed.returncode == 1
