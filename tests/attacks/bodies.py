"""Bodies of GraphQL requests that were made to hurt, each up to the 1 MiB that is read at all."""

import json
from collections.abc import Iterator
from typing import Any

from graphql import get_introspection_query

from tests.graphql_http.hostile import HOSTILE, numbered, put

MIB = 1024 * 1024
ROOM = MIB - 1024
ID = "item_" + "0" * 32
PAGE = "query ($v: [ID!]!) { nodes(ids: $v) { id } }"
CREATE = "mutation ($v: CreateItemInput!) { createItem(input: $v) { replayed } }"
FIND = "query ($v: ItemFilter) { items(where: $v) { nodes { id } } }"


def of(query: str, value: Any = None, **more: Any) -> bytes:
    """A body; `value` is what the variable `v` stands for."""
    variables = {} if value is None else {"variables": {"v": value}}
    return json.dumps({"query": query, **variables, **more}, separators=(",", ":")).encode()


def filled(template: str, part: str, at_most: int = 49_900) -> str:
    """The template with as many parts for its X as a document may be long."""
    return template.replace("X", part * ((at_most - len(template)) // len(part)))


def nested(levels: int) -> Any:
    """Lists within lists."""
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def an_item(value: Any) -> Any:
    """An item to create, with something for its attributes."""
    return {"sku": "A", "name": "B", "attributes": value}


def keys(count: int, value: Any = 1) -> dict[str, Any]:
    """An object of so many keys."""
    return {f"k{number}": value for number in range(count)}


TOTAL = "{ items(where: X) { totalCount } }"
ITEMS = "{ items { nodes { X } } }"
DEAREST = "aX: items(first: 160) { edges { cursor node { id sku name attributes } } }"
CIRCLES = "{ __schema { types { fields { type { name fields { name type { name } } } } } } }"
DOCUMENTS = {
    "one leaf 600 times": filled(ITEMS, "sku ", 2_400),
    "one leaf 1,900 times": filled(ITEMS, "sku ", 7_600),
    "one object 48 times": filled(ITEMS, "category { id } ", 800),
    "a literal of 600 keys": put(
        'mutation { createItem(input: {sku: "A", name: "B", attributes: {X}}) { replayed } }',
        numbered("kX: 1", 600),
    ),
    "a literal of 900 values": put(TOTAL, "{sku: {in: [" + '"A" ' * 900 + "]}}"),
    "a list of lists": put(TOTAL, "{sku: {in: " + "[" * 900 + "]" * 900 + "}}"),
    "a block string": put(TOTAL, '{name: {eq: """' + "\n x" * 16_000 + '"""}}'),
    "a string of escapes": put(TOTAL, '{name: {eq: "' + "\\u0041" * 8_000 + '"}}'),
    "200 variables, each used": put("query (X) ", numbered("$aX: String", 200))
    + put(TOTAL, put("{sku: {in: [X]}}", numbered("$aX", 200))),
    "100 operations": numbered("query QX { me { permissions } }", 100),
    "40 fragments": put(ITEMS, numbered("...FX", 40))
    + numbered("fragment FX on Item { sku name }", 40),
    "the dearest pages": put("{ X }", numbered(DEAREST, 30)),
    "the dearest links": put(
        "{ items(first: 95) { nodes { X } } }",
        "id stockLevels { id location { code } item { category { id parent { id } } } }",
    ),
    "the whole schema": get_introspection_query(input_value_deprecation=True),
    "four schemas": put("{ X }", numbered("aX: __schema { types { fields { name } } }", 4)),
    "introspection in circles": CIRCLES,
    "almost known names": put("{ X }", numbered("itemsX { nodes { id } }", 20)),
    "unknown arguments": put("{ X }", numbered("aX: items(wher: 1) { totalCount }", 30)),
    "300 inline fragments": put(ITEMS, "... on Item { id } " * 300),
    "names of 10,000 letters": put("{ X }", " ".join("n" * 10_000 for _ in range(4))),
    "ten mutations": put(
        "mutation { X }", numbered('aX: createItem(input: {sku: "", name: ""}) { replayed }', 10)
    ),
}

VALUES: dict[str, tuple[str, Any]] = {
    "25,000 ids": (PAGE, [ID] * 25_000),
    "9,990 ids": (PAGE, [ID] * 9_990),
    "9,990 numbers for ids": (PAGE, [1] * 9_990),
    "9,990 nothings": (PAGE, [None] * 9_990),
    "200,000 nothings": (PAGE, [None] * 200_000),
    "a word of 1 MiB": (FIND, {"name": {"eq": "x" * ROOM}}),
    "150,000 half characters": (FIND, {"name": {"eq": "\ud800" * 150_000}}),
    "250,000 words": (FIND, {"sku": {"in": ["A"] * 250_000}}),
    "9,990 words": (FIND, {"sku": {"in": ["A"] * 9_990}}),
    "lists 90 deep": (FIND, {"name": {"eq": nested(90)}}),
    "an object of 90,000 keys": (CREATE, an_item(keys(90_000))),
    "an object of 9,990 keys": (CREATE, an_item(keys(9_990))),
    "9,990 unknown fields": (CREATE, keys(9_990)),
    "9,990 faults": (CREATE, an_item(keys(9_990, {}))),
    "3,000 numbers of 299 digits": (PAGE, [int("9" * 299)] * 3_000),
}


def bodies() -> Iterator[tuple[str, bytes]]:
    """Every attack, by name."""
    for name, (_, document) in HOSTILE.items():
        yield f"corner shop: {name}", of(document)[:ROOM]
    for name, document in DOCUMENTS.items():
        yield name, of(document)
    for name, (document, value) in VALUES.items():
        yield name, of(document, value)
    yield (
        "60,000 variables that nobody asked for",
        of("{ me { permissions } }", variables={f"v{n}": n for n in range(60_000)}),
    )
    yield "an operation's name of 1 MiB", of("{ me { permissions } }", operationName="x" * ROOM)
    yield "brackets", b"[" * ROOM
    yield "braces", b'{"a":' * (ROOM // 5)
    yield "empty objects", b'{"query":[' + b"{}," * (ROOM // 3 - 10) + b"{}]}"
    yield "extensions", of("{ me { permissions } }", extensions={"x": [[]] * 200_000})
    yield "many equal keys", b'{"query":"{ me { permissions } }",' + b'"a":1,' * 170_000 + b'"b":1}'
    yield "escapes", b'{"query":"{ me { permissions } }","x":"' + b"\\u00e9" * 170_000 + b'"}'
