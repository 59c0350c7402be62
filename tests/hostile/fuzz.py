"""Requests made from what the shop says of itself: every operation, with values that hurt."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
)

from tests.faces import selection
from tests.hostile.doors import raw

TEXTS = [
    "",
    " ",
    "\0",
    "\ud800",
    "\ufffe",
    "\u202e",
    "a" * 3000,
    "\u0301" * 3000,
    "%_\\'\";--",
    "sku:x",
    "item_" + "0" * 32,
    "order_" + "f" * 32,
    "1e400",
    "NaN",
    "-0",
    "12.50",
    "EUR",
    "2030-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
    "true",
    "catalog:read",
    "A",
]
NUMBERS: list[Any] = [
    0,
    1,
    -1,
    2,
    2**31,
    2**53,
    2**63,
    raw("1.0"),
    raw("1e2"),
    raw("1e308"),
    raw("1" * 290),
    0.5,
    True,
]
PLAUSIBLE = {
    "email": "fuzz@example.com",
    "currency": "EUR",
    "amount": "12.50",
    "cost": "12.50",
    "discount": "0.1",
    "percent": "0.1",
    "password": "correct horse battery",
    "scopes": "catalog:read",
    "unit": "each",
    "recorded": "2026-01-01T00:00:00Z",
    "placed": "2026-01-01T00:00:00Z",
    "occurredat": "2026-01-01T00:00:00Z",
    "expiresat": "2030-01-01T00:00:00Z",
    "sort": "-created_at",
}
NASTY = 0.15  # of the texts and numbers
ODD = 0.02  # of the values of any kind, at every level
DEEPEST = 6  # of what may lead to itself, as conditions do
ANYTHING: list[Any] = [None, {}, [], [[]], {"a": None}, raw("[" * 60 + "]" * 60)]


@dataclass(frozen=True)
class Request:
    """One request to the REST face."""

    method: str
    path: str
    body: Any


class Fuzz:
    """Makes the same requests for the same seed."""

    def __init__(self, seed: int, known: Sequence[str]) -> None:
        self.chance, self.known = random.Random(seed), known

    def value(self) -> Any:
        """Anything at all."""
        return self.chance.choice([*TEXTS, *NUMBERS, *ANYTHING])

    def _text(self, name: str) -> str:
        """Mostly what a field of this name holds, so that a request gets past the first check."""
        if self.chance.random() < NASTY:
            return self.chance.choice(TEXTS)
        word = name.lower().replace("_", "")
        if word.endswith("id") or word == "ids":
            named = [id for id in self.known if id.startswith(word.removesuffix("id") or "item")]
            return self.chance.choice(named or self.known)
        for part, plausible in PLAUSIBLE.items():
            if part in word:
                return plausible
        return f"fuzz-{self.chance.getrandbits(40):x}"

    def _number(self) -> Any:
        return self.chance.choice(NUMBERS if self.chance.random() < NASTY else [1, 2, 3])

    def requests(self, openapi: dict[str, Any]) -> Iterator[Request]:
        """A request for every operation of the document."""
        for path, methods in openapi["paths"].items():
            for method, declared in methods.items():
                yield self._request(openapi, method.upper(), path, declared)

    def _request(
        self, openapi: dict[str, Any], method: str, path: str, declared: dict[str, Any]
    ) -> Request:
        query = []
        shared = openapi["components"]["parameters"]
        for named in declared.get("parameters", []):
            parameter = shared[named["$ref"].rpartition("/")[2]] if "$ref" in named else named
            if parameter["in"] == "path":
                text = self._text(parameter["name"])[:300]
                path = path.replace(f"{{{parameter['name']}}}", _quoted(text) or "x")
            elif parameter["in"] == "query" and self.chance.random() < 0.3:
                value = self._json(openapi, parameter["schema"], parameter["name"])
                query.append(f"{parameter['name']}={_quoted(str(value)[:300])}")
        body = None
        if content := declared.get("requestBody", {}).get("content", {}).get("application/json"):
            body = self._json(openapi, content["schema"], "")
        return Request(method, path + ("?" + "&".join(query) if query else ""), body)

    def _json(self, openapi: dict[str, Any], schema: dict[str, Any], name: str) -> Any:
        if self.chance.random() < ODD:
            return self.value()
        if "$ref" in schema:
            model = schema["$ref"].rpartition("/")[2]
            return self._json(openapi, openapi["components"]["schemas"][model], name)
        if choices := schema.get("anyOf") or schema.get("oneOf"):
            return self._json(openapi, self.chance.choice(choices), name)
        if "enum" in schema:
            return self.chance.choice(schema["enum"])
        match schema.get("type"):
            case "object":
                return self._object(openapi, schema)
            case "array":
                count = self.chance.choice([0, 1, 1, 2, 3])
                return [self._json(openapi, schema["items"], name) for _ in range(count)]
            case "integer" | "number":
                return self._number()
            case "boolean":
                return self.chance.choice([True, False])
        return self._text(name)

    def _object(self, openapi: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
        required = schema.get("required", [])
        return {
            name: self._json(openapi, part, name)
            for name, part in schema.get("properties", {}).items()
            if name in required or self.chance.random() < 0.25
        }

    def documents(self, schema: GraphQLSchema) -> Iterator[tuple[str, dict[str, Any]]]:
        """A document and its variables for every root field of the schema."""
        for kind, root in (("query", schema.query_type), ("mutation", schema.mutation_type)):
            assert root
            for name, declared in root.fields.items():
                yield self._document(kind, name, declared)

    def _document(self, kind: str, name: str, field: GraphQLField) -> tuple[str, dict[str, Any]]:
        used = {
            key: arg
            for key, arg in field.args.items()
            if isinstance(arg.type, GraphQLNonNull) or self.chance.random() < 0.4
        }
        declared = ", ".join(f"${key}: {arg.type}" for key, arg in used.items())
        passed = ", ".join(f"{key}: ${key}" for key in used)
        head = f"{kind}({declared})" if used else kind
        chosen = "{ __typename id }" if name in ("node", "nodes") else selection(field.type)
        text = f"{head} {{ {name}{f'({passed})' if used else ''} {chosen} }}"
        return text, {key: self._variable(arg.type, key) for key, arg in used.items()}

    def _variable(self, type_: GraphQLInputType, name: str, depth: int = 0) -> Any:
        if self.chance.random() < ODD:
            return self.value()
        if isinstance(type_, GraphQLNonNull):
            return self._variable(type_.of_type, name, depth)
        if isinstance(type_, GraphQLList):
            count = self.chance.choice([0, 1, 1, 2, 3])
            return [self._variable(type_.of_type, name, depth) for _ in range(count)]
        if isinstance(type_, GraphQLEnumType):
            return self.chance.choice(list(type_.values))
        if isinstance(type_, GraphQLInputObjectType):
            return {
                field: self._variable(part.type, field, depth + 1)
                for field, part in type_.fields.items()
                if isinstance(part.type, GraphQLNonNull)
                or (depth < DEEPEST and self.chance.random() < 0.25)
            }
        if type_.name == "Boolean":
            return self.chance.choice([True, False])
        if type_.name in ("Int", "Quantity"):
            return self._number()
        if type_.name == "Attributes":
            return {"size": self.value()}
        return self._text(name)


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")
