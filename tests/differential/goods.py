"""What a document may ask for by name: ids, references, words and cursors of a shop."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLEnumType, GraphQLSchema, get_named_type
from strawberry.utils.str_converters import to_snake_case

from api.database import Database
from api.domain.keyring import Keyring
from api.domain.operations import OPERATIONS, AnyOperation
from api.domain.paging import Page, SortKey, Window
from api.domain.scope import Scope
from tests.differential.shop import Callers
from tests.factories import which

_ID = re.compile(r"\b([a-z]+)_[0-9a-f]{32}\b")
_LATE = "2150-01-01T00:00:00Z"
_REFS = {"sku": "item", "slug": "category", "code": "location", "external_ref": "customer"}


@dataclass(frozen=True)
class Ordered:
    """Cursors of one list, good in this order only."""

    order: list[tuple[str, bool]]
    cursors: list[str]


@dataclass
class Goods:
    """The values that exist, each list in an order that is the same for every such shop."""

    ids: dict[str, list[str]] = field(default_factory=dict)
    refs: dict[str, list[str]] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)
    cursors: dict[str, list[Ordered]] = field(default_factory=dict)

    def label(self, text: str) -> str:
        """The text with places for ids, which are other ones in the next shop."""
        return _ID.sub(lambda found: self._label(found[1], found[0]), text)

    def _label(self, word: str, id: str) -> str:
        known = self.ids.get(word, [])
        return f"{word} {known.index(id)}" if id in known else f"unknown {word}"


async def taken(
    database: Database, keyring: Keyring, schema: GraphQLSchema, callers: Callers
) -> Goods:
    """Stock taking: whatever the lists of a shop show its owner, and what no list shows."""
    goods = Goods(ids={name: list(ids) for name, ids in callers.unlisted.items()})
    scope = Scope(database, callers.owner, keyring)
    try:
        for name, operation, sorts in _lists(schema):
            first = await _page(scope, operation, ())
            _note(goods, first.rows)
            goods.cursors[name] = [Ordered([], list(first.cursors))]
            for sort in sorts:
                sorted_page = await _page(scope, operation, (SortKey(sort, descending=True),))
                goods.cursors[name].append(Ordered([(sort, True)], list(sorted_page.cursors)))
    finally:
        await scope.close()
    return goods


def _lists(schema: GraphQLSchema) -> Iterator[tuple[str, AnyOperation, list[str]]]:
    assert schema.query_type
    for name, declared in schema.query_type.fields.items():
        if "orderBy" in declared.args:
            order: Any = get_named_type(declared.args["orderBy"].type)
            sort = get_named_type(order.fields["field"].type)
            assert isinstance(sort, GraphQLEnumType)
            yield name, OPERATIONS[f"list_{to_snake_case(name)}"], list(sort.values)


async def _page(scope: Scope, operation: AnyOperation, order: tuple[SortKey, ...]) -> Page[Any]:
    assert operation.listing
    needed = {it.name: _LATE for it in operation.listing.asking.arguments if it.required}
    asked = which(operation, **needed)
    page: Page[Any] = await scope.run(operation, asked, Window(limit=200, order_by=order))
    return page


def _note(goods: Goods, rows: list[Any]) -> None:
    for row in sorted(rows, key=lambda row: getattr(row, "id", "")):  # by age: ids are times
        if hasattr(row, "id"):
            _add(goods.ids, row.id.partition("_")[0], row.id)
        for name, word in _REFS.items():
            if (value := getattr(row, name, None)) is not None:
                source = "order" if hasattr(row, "status") else word
                prefix = "ref" if name == "external_ref" else name
                _add(goods.refs, source, f"{prefix}:{value}")
                _add(goods.words, name, value)
        for name in ("email", "name"):
            if getattr(row, name, None):
                _add(goods.words, name, getattr(row, name))


def _add(kept: dict[str, list[str]], under: str, value: str) -> None:
    known = kept.setdefault(under, [])
    if value not in known:
        known.append(value)
