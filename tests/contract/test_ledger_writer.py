"""Only `ledger.py` may write stock levels, postings and stock movements."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEDGER = ROOT / "api/domain/stock/ledger.py"
MODELS = {"StockLevel", "Posting", "StockMovement"}
WRITES = {"insert", "update", "delete", "add", "add_all", "merge"}
SQL = re.compile(
    r"\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE|MERGE\s+INTO)\s+(ONLY\s+)?"
    r"(stock_levels|postings|stock_movements)\b",
    re.IGNORECASE,
)


def writes(source: str) -> Iterator[str]:
    """Each place in a module that writes one of the three tables."""
    tree = ast.parse(source)
    tables = set(_tables(tree))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and SQL.search(node.value)
        ):
            yield f"line {node.lineno}: SQL"
        if isinstance(node, ast.Call):
            if _named(node.func, tables):
                yield f"line {node.lineno}: a new row"
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            if _word(node.func) in WRITES and any(_named(value, tables) for value in given):
                yield f"line {node.lineno}: {_word(node.func)}"


def _tables(tree: ast.Module) -> Iterator[str]:
    """What the three models are called in this module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                if node.module == "api.domain.stock.models" and name.name in MODELS:
                    yield name.asname or name.name
                if (node.module, name.name) == ("api.domain.stock", "models"):
                    yield from (f"{name.asname or name.name}.{model}" for model in MODELS)


def _named(node: ast.expr, tables: set[str]) -> bool:
    return ast.unparse(node).removesuffix(".__table__") in tables


def _word(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


@pytest.mark.parametrize("package", ["api", "rest", "graphql_schema"])
def test_nothing_but_the_ledger_writes_stock(package: str) -> None:
    modules = [path for path in (ROOT / package).rglob("*.py") if path != LEDGER]
    found = {str(path): list(writes(path.read_text(encoding="utf-8"))) for path in modules}

    assert modules
    assert {path: places for path, places in found.items() if places} == {}


def test_the_ledger_itself_is_seen_to_write() -> None:
    assert list(writes(LEDGER.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "source",
    [
        "from api.domain.stock.models import StockLevel as S\nupdate(S).values(available=1)",
        "from api.domain.stock import models\nsession.add(models.Posting(kind='SET'))",
        "from api.domain.stock.models import StockMovement\nx = delete(StockMovement.__table__)",
        "text('update  stock_levels set available = 1')",
        "text('''with a as (select 1) INSERT INTO\n postings values (1)''')",
    ],
)
def test_a_second_writer_is_noticed(source: str) -> None:
    assert list(writes(source))


def test_reading_stock_is_free_to_all() -> None:
    source = """
from api.domain.stock.models import StockLevel
select(StockLevel.available).join(StockLevel, StockLevel.item_id == Item.id)
"""
    assert list(writes(source)) == []
