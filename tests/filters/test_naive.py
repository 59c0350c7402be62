"""Trees made at random find what a naive reading of the same rows finds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.domain.catalog import reads
from api.domain.catalog import service as catalog
from api.domain.catalog.commands import CreateCategory, CreateItem
from api.domain.paging import Window
from api.domain.scope import Scope
from tests.factories import unique, which

WORDS = ["Ash", "Oak 100%", "oak_wide", "Elm\\"]
PRICES = ["1", "2.50", "10"]


@dataclass
class Shelf:
    """Rows of one category, and a scope to read them by."""

    scope: Scope
    category: str
    rows: list[Any]


@pytest.fixture
async def shelf(scope: Scope) -> Shelf:
    made = CreateCategory(name="Woods", slug=unique("woods").lower())
    category = await scope.run(catalog.create_category, made)
    rows = []
    for number in range(8):
        sent = {
            "sku": unique("W"),
            "name": WORDS[number % 4],
            "category_id": category.id,
            "barcode": unique("B") if number % 3 else None,
            "price": {"amount": PRICES[number % 3], "currency": "EUR"} if number % 4 else None,
        }
        command = CreateItem.model_validate(sent)
        rows.append(await scope.run(catalog.create_item, command))
    return Shelf(scope, category.id, rows)


def leaves() -> st.SearchStrategy[Any]:
    texts = st.fixed_dictionaries(
        {},
        optional={
            "eq": st.sampled_from(WORDS),
            "ne": st.sampled_from(WORDS),
            "in": st.lists(st.sampled_from(WORDS), max_size=2),
            "nin": st.lists(st.sampled_from(WORDS), max_size=2),
            "contains": st.sampled_from(["%", "_", "\\", "oa", "0"]),
            "starts_with": st.sampled_from(["o", "Elm", "%"]),
            "is_null": st.booleans(),
        },
    )
    prices = st.fixed_dictionaries(
        {},
        optional={
            **{op: st.sampled_from(PRICES) for op in ("eq", "ne", "gt", "gte", "lt", "lte")},
            "is_null": st.booleans(),
        },
    )
    return st.fixed_dictionaries({}, optional={"name": texts, "barcode": texts, "price": prices})


TREES = st.recursive(
    leaves(),
    lambda below: st.fixed_dictionaries(
        {},
        optional={
            "AND": st.lists(below, max_size=3),
            "OR": st.lists(below, max_size=3),
            "NOT": below,
            "name": leaves().map(lambda it: it.get("name", {})),
        },
    ),
    max_leaves=4,
)


def holds(tree: dict[str, Any], row: Any) -> bool:
    """What a tree says, in the plainest words."""
    return all(_part(name, said, row) for name, said in tree.items())


def _part(name: str, said: Any, row: Any) -> bool:
    if name == "AND":
        return all(holds(tree, row) for tree in said)
    if name == "OR":
        return any(holds(tree, row) for tree in said)
    if name == "NOT":
        return not holds(said, row)
    value = getattr(row, name)
    if name == "price" and value is not None:
        value = float(value.amount)
    return all(_compared(op, value, given) for op, given in said.items())


def _compared(op: str, value: Any, given: Any) -> bool:
    if op == "is_null":
        return bool((value is None) == given)
    if isinstance(value, float) or (op in ("gt", "gte", "lt", "lte") and value is None):
        given = [float(it) for it in given] if isinstance(given, list) else float(given)
    if op in ("ne", "nin"):
        return value not in given if op == "nin" else value != given
    if value is None:
        return False
    judged: dict[str, Callable[[], Any]] = {
        "eq": lambda: value == given,
        "in": lambda: value in given,
        "contains": lambda: given.lower() in value.lower(),
        "starts_with": lambda: value.lower().startswith(given.lower()),
        "gt": lambda: value > given,
        "gte": lambda: value >= given,
        "lt": lambda: value < given,
        "lte": lambda: value <= given,
    }
    return bool(judged[op]())


async def test_sql_finds_what_a_naive_reading_finds(shelf: Shelf) -> None:
    trees: list[Any] = []

    @settings(
        max_examples=150,
        database=None,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(TREES)
    def gather(tree: Any) -> None:
        trees.append(tree)

    gather()
    mine = {"category_id": {"eq": shelf.category}}
    for tree in trees:
        asked = which(catalog.list_items, {"AND": [mine, tree]})
        page = await reads.ITEMS.page(shelf.scope, asked, Window(limit=100))
        assert {row.id for row in page.rows} == {
            row.id for row in shelf.rows if holds(tree, row)
        }, tree
