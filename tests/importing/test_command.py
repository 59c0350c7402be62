"""`stockroom import`, as it is typed."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from tests.factories import unique


@pytest.fixture
def stockroom(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The command in a folder of its own, over the shop's database."""
    monkeypatch.chdir(tmp_path)
    return CliRunner(env={"DATABASE_URL": database_url, "STOCKROOM_DATA_DIR": str(tmp_path)})


def test_a_file_is_imported_and_counted(stockroom: CliRunner) -> None:
    Path("list.csv").write_text(f"Article;Title;Fax\n{unique('CHAIR')};Chair;1\n")
    typed = "import items list.csv --map Article=sku --map Title=name --ignore Fax"

    tried = stockroom.invoke(app, [*typed.split(), "--dry-run"])
    first = stockroom.invoke(app, typed.split())
    again = stockroom.invoke(app, typed.split())

    assert tried.stdout == "created 1, changed 0, unchanged 0: a dry run, nothing was kept.\n"
    assert (first.exit_code, first.stdout) == (0, "created 1, changed 0, unchanged 0\n")
    assert (again.exit_code, again.stdout) == (0, "created 0, changed 0, unchanged 1\n")


def test_wrong_rows_are_shown_in_a_table_and_the_rest_is_counted(stockroom: CliRunner) -> None:
    rows = "".join(f"{n},{n}.5\n" for n in range(60))
    Path("list.csv").write_text(f"sku,backorder_limit\n{rows}")

    refused = stockroom.invoke(app, ["import", "items", "list.csv"])

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.count("Expected a whole number") == 50
    assert "... and 10 more rows." in refused.stderr
    assert "stockroom: 60 rows are wrong. Nothing was imported." in refused.stderr


def test_the_good_rows_are_kept_when_bad_ones_may_be_skipped(stockroom: CliRunner) -> None:
    Path("list.csv").write_text(f"sku,name\n{unique('CHAIR')},Chair\n{unique('DESK')},\n")

    done = stockroom.invoke(app, ["import", "items", "list.csv", "--skip-errors"])

    assert (done.exit_code, done.stdout) == (1, "created 1, changed 0, unchanged 0\n")
    assert "stockroom: 1 row is wrong and skipped." in done.stderr


def test_what_a_file_says_gives_no_orders_to_the_terminal(stockroom: CliRunner) -> None:
    Path("list.csv").write_text("sku,name\nA\x1b[2J,[red]\nA\x1b[2J,\x1b]0;owned\x07\n")

    refused = stockroom.invoke(app, ["import", "items", "list.csv"])

    assert refused.exit_code == 1
    assert "\x1b[2J" not in refused.stderr
    assert "\x1b]0" not in refused.stderr


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("import items nothing.csv", "nothing.csv is not a file."),
        ("import items .", ". is not a file."),
        ("import items x.csv --map sku", "--map sku: write COLUMN=FIELD."),
        ("import items x.csv --delimiter ab", "--delimiter takes one character"),
        ("northwind .", "categories.csv cannot be read: No such file or directory."),
    ],
)
def test_a_mistake_on_the_command_line_is_answered_in_a_sentence(
    stockroom: CliRunner, typed: str, why: str
) -> None:
    refused = stockroom.invoke(app, typed.split(), env={"STOCKROOM_PASSWORD": "x"})
    assert refused.exit_code == 1
    assert why in refused.stderr
