"""Whole documents from a seed: operations, root fields and their arguments."""

import random
from collections import Counter
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_required_argument,
)

from tests.differential.goods import Goods
from tests.differential.questions import Question, Variable, Word, literal
from tests.differential.selections import Room, Selections, is_leaf
from tests.differential.values import Values
from tests.differential.variables import Variables

FAULTY = 0.02
"""How often a value, a variable or a cursor is one that nothing comes of."""

_ACCEPT = ["*/*", "application/json", "application/graphql-response+json"]
_OTHERS = [
    "query Other { me { permissions } }",
    'mutation Never { archiveItem(input: {itemId: "sku:NOTHING", expectedVersion: 1}) {'
    " replayed } }",
    "query Twice($n: Int = 2) { items(first: $n) { nodes { sku } } }",
    "query Reused($v0: Boolean!, $v1: Boolean!) {"
    " me @include(if: $v0) { permissions } items(first: 1) @skip(if: $v1) { nodes { sku } } }",
]
_HARMLESS = [
    'createCategory(input: {name: "Benches", slug: "benches", validateOnly: true})',
    'createItem(input: {sku: "BENCH-1", name: "Bench", validateOnly: true})',
    'createItem(input: {sku: "", name: "", validateOnly: true})',
    'archiveItem(input: {itemId: "sku:NOTHING", expectedVersion: 1})',
    'updateItem(input: {itemId: "nonsense", expectedVersion: 1, name: "Bench"})',
]
"""Mutations that change nothing: tried, or refused."""
_REPORTS = {
    "STOCK_VALUATION": ["groupBy"],
    "LOW_STOCK": ["threshold"],
    "MOVEMENTS_BY_DAY": ["timeZone"],
}
"""What each report alone is asked."""
_INTROSPECTION = [
    '__type(name: "Item") { kind name fields { name type { kind ofType { name } } } }',
    "__schema { queryType { name } mutationType { name } }",
]


class Writer:
    """Writes one question."""

    def __init__(self, schema: GraphQLSchema, goods: Goods, seed: str) -> None:
        assert schema.query_type
        self.query = schema.query_type
        self.goods, self.chance = goods, random.Random(seed)
        self.seen: Counter[str] = Counter()
        self.values = Values(self.chance, goods, self._saw, FAULTY)
        self.variables = Variables(self.chance, self.values, self._saw, FAULTY)
        self.selections = Selections(schema, self.chance, self.variables, self._saw)
        self._used: set[str] = set()

    def question(self, callers: dict[str, int], failing: float) -> Question:
        """A question of one of these callers, by weight; `failing` of them meet failures."""
        document, name = self._document()
        sent: dict[str, Any] | None = self.variables.sent
        if self.chance.random() < 0.05:
            sent = {**self.variables.sent, "nobodyAskedForThis": 1}
        failures = None
        if self.chance.random() < failing:
            failures = str(self.chance.random())
        return Question(
            document=document,
            variables=sent or None,
            operation_name=name,
            caller=self.chance.choices(list(callers), list(callers.values()))[0],
            accept=self.chance.choice(_ACCEPT),
            failures=failures,
            method=self._method(),
            seen=self.seen,
        )

    def _method(self) -> str:
        if self.chance.random() > 0.08:
            return "POST"
        self._saw("sent by GET")
        return "GET"

    def _saw(self, feature: str) -> None:
        self.seen[feature] += 1

    def _document(self) -> tuple[str, str | None]:
        special = self.chance.random()
        if special < 0.01:
            self._saw("too deep")
            return f"{{ items {{ nodes {{ category {'{ parent ' * 14} {{ id }}{'}' * 17}", None
        if special < 0.02:
            self._saw("too costly")
            links = "{ id stockLevels { id item { id stockLevels { id } } } }"
            return f"{{ items(first: 200) {{ nodes {links} }} }}", None
        if special < 0.03:
            self._saw("not valid")
            return "{ items(first: 1) { nodes { id colour } } }", None
        if special < 0.07:
            return self._mutation()
        body = self._root()
        return self._with_operations(f"{self.variables.declaration} {body}")

    def _mutation(self) -> tuple[str, str | None]:
        self._saw("mutation")
        said = "errors { __typename code message path }"
        act = self.chance.choice(_HARMLESS)
        answer = f"{{ replayed result {{ __typename name version }} {said} }}"
        return self._with_operations(f" {{ {act} {answer} }}", "mutation")

    def _with_operations(self, main: str, word: str = "query") -> tuple[str, str | None]:
        fragments = self.selections.definitions
        kind = self.chance.random()
        if kind < 0.35 and main.startswith(" ") and word == "query":
            self._saw("shorthand")
            return self._joined([main.strip(), *fragments]), None
        if kind < 0.6:
            return self._joined([f"{word}{main}", *fragments]), None
        named, name = f"{word} Main{main}", "Main"
        if kind > 0.85:
            self._saw("several operations")
            fragments = [*fragments, self.chance.choice(_OTHERS)]
            if self.chance.random() < FAULTY:
                self._saw("operation not named")
                return self._joined([named, *fragments]), None
        if self.chance.random() < FAULTY:
            self._saw("operation of no such name")
            name = "Nameless"
        return self._joined([named, *fragments]), name

    def _joined(self, definitions: list[str]) -> str:
        self.chance.shuffle(definitions)
        return "\n".join(definitions)

    def _root(self) -> str:
        fields = list(self.query.fields)
        entries: list[str] = []
        for _ in range(self.chance.choice([1, 1, 1, 2, 2, 3])):
            name = "nodes" if self.chance.random() < 0.08 else self.chance.choice(fields)
            entries += self._field(name, self.query.fields[name])
        if self.chance.random() < 0.08:
            self._saw("__typename at the root")
            entries.append("__typename")
        if self.chance.random() < 0.01:
            self._saw("introspection")
            entries.append(self.chance.choice(_INTROSPECTION))
        entries = self.selections.dressed(self.query, entries, Room(0, 0))
        return f"{{ {' '.join(entries)} }}"

    def _field(self, name: str, declared: GraphQLField) -> list[str]:
        """A root field; with two selections of the same now and then, which must become one."""
        self._saw(f"root {name}")
        key = self.selections.alias() if name in self._used or self.chance.random() < 0.1 else ""
        self._used.add(name)
        chosen = self._arguments(name, declared)
        passed = ", ".join(f"{arg}: {self._passed(declared, arg, v)}" for arg, v in chosen.items())
        text = f"{key}{name}{f'({passed})' if passed else ''}"
        if is_leaf(declared):
            return [text]
        room = Room(7, 1500).below(_rows(name, chosen))
        times = 2 if self.chance.random() < 0.06 else 1
        if times == 2:
            self._saw("one root field with two selections")
        on = get_named_type(declared.type)
        return [
            f"{text}{self.selections.directives()} {self.selections.of(on, room)}"
            for _ in range(times)
        ]

    def _arguments(self, name: str, declared: GraphQLField) -> dict[str, Any]:
        if name == "report":
            return self._report(name, declared)
        if "orderBy" not in declared.args:
            return {arg: self.values.of(of.type, arg, name) for arg, of in declared.args.items()}
        chosen: dict[str, Any] = {}
        if (size := self.chance.random()) < 0.9:
            chosen["first" if size < 0.6 else "last"] = None
        if size < FAULTY / 2:
            self._saw("first and last")
            chosen["last"] = None
        for arg, of in declared.args.items():
            if is_required_argument(of) and self.chance.random() > FAULTY:
                chosen[arg] = None
        if self.chance.random() < 0.3:
            self._saw("where")
            chosen["where"] = None
        for arg in chosen:
            chosen[arg] = self.values.of(declared.args[arg].type, arg, name)
        return chosen | self._placed(name, declared)

    def _report(self, name: str, declared: GraphQLField) -> dict[str, Any]:
        """What one report is asked; what is another's it refuses."""
        report, own = self.chance.choice(list(_REPORTS.items()))
        of_all = [arg for arg in ("limit", "locationId") if self.chance.random() < 0.3]
        asked = {arg: declared.args[arg].type for arg in of_all + own}
        values = {arg: self.values.of(type_, arg, name) for arg, type_ in asked.items()}
        return {"report": Word(report), **values}

    def _placed(self, name: str, declared: GraphQLField) -> dict[str, Any]:
        """An order, or a cursor with the order that it was made in."""
        if self.chance.random() > 0.25:
            if self.chance.random() > 0.25:
                return {}
            self._saw("orderBy")
            return {"orderBy": self.values.of(declared.args["orderBy"].type, "orderBy", name)}
        made_by = name
        if self.chance.random() < FAULTY * 2:
            self._saw("cursor of another list")
            made_by = self.chance.choice(list(self.goods.cursors))
        known = self.chance.choice(self.goods.cursors[made_by])
        way = self.chance.choice(["after", "before"])
        self._saw(way)
        cursor = self.chance.choice(known.cursors) if known.cursors else "bm90aGluZw"
        if made_by != name or not known.order:
            return {way: cursor}
        keys = [
            {"field": Word(key), "direction": Word("DESC" if down else "ASC")}
            for key, down in known.order
        ]
        return {way: cursor, "orderBy": keys}

    def _passed(self, declared: GraphQLField, name: str, value: Any) -> str:
        """The value as a literal, as a variable, or with a variable inside."""
        of: GraphQLArgument = declared.args[name]
        if self.chance.random() < 0.4:
            return literal(self.variables.argument(of, value))
        inner = get_nullable_type(of.type)
        if isinstance(inner, GraphQLInputObjectType) and isinstance(value, dict) and value:
            key = self.chance.choice(list(value))
            if self.chance.random() < 0.4:
                nested: Variable = self.variables.nested(inner.fields[key].type, value[key])
                return literal({**value, key: nested})
        return literal(value)


def _rows(name: str, chosen: dict[str, Any]) -> int:
    """How many rows the field will be taken to have."""
    if name == "nodes":
        ids = chosen.get("ids")
        return len(ids) * 2 if isinstance(ids, list) else 1
    sizes: list[int] = [
        chosen[arg] for arg in ("first", "last") if isinstance(chosen.get(arg), int)
    ]
    if sizes:
        return max(1, *sizes)
    return 50 if "where" in chosen or not chosen or "orderBy" in chosen else 1
