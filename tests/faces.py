"""The two doors of the shop with the same handles: call an operation by its name, get snake_case
data or `Refused`.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx2
from graphql import (
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
    is_leaf_type,
)
from strawberry.utils.str_converters import to_camel_case

from api.domain.operations import OPERATIONS, Kind
from graphql_schema.schema import make_schema

SCHEMA = make_schema()
_SHORTAGES = "... on InsufficientStock { shortages { sku requested available } }"
COUNTS = ("totalCount", "isCapped")


@dataclass
class Refused(Exception):
    """A refusal, the same over either door."""

    code: str
    message: str
    details: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.code}: {self.message} {self.details}"


class Face(Protocol):
    """A door; `signed_in` gives the same door for somebody else."""

    name: str

    async def call(self, operation: str, **sent: Any) -> Any:
        """Call an operation; ids, command fields, and `key`, `expected_version`, `validate_only` as
        words.
        """

    def signed_in(self, authorization: str | None) -> "Face":
        """This door for the bearer of other credentials."""


def snake(value: Any) -> Any:
    """Data in snake_case, whatever face it came from."""
    if isinstance(value, list):
        return [snake(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    return {_snake(key): snake(entry) for key, entry in value.items()}


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def camel(value: Any) -> Any:
    """Data in camelCase, but for the free names of attributes."""
    if isinstance(value, list):
        return [camel(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    return {
        to_camel_case(key): entry if key == "attributes" else camel(entry)
        for key, entry in value.items()
    }


@dataclass
class RestFace:
    """The shop over /v1."""

    client: httpx2.AsyncClient
    openapi: dict[str, Any]
    authorization: str | None = None
    name: str = "rest"

    def signed_in(self, authorization: str | None) -> "RestFace":
        return RestFace(self.client, self.openapi, authorization)

    async def call(self, operation: str, **sent: Any) -> Any:
        method, path = self._route(operation)
        headers = self._headers(sent)
        for name in re.findall(r"{(\w+)}", path):
            path = path.replace(f"{{{name}}}", str(sent.pop(name)))
        request: dict[str, Any] = {}
        if "where" in sent:
            method, request["json"] = "query", _asked(sent)
        elif method == "get":
            request["params"] = self._query(sent)
        else:
            request["params"] = (
                {"validate_only": "true"} if sent.pop("validate_only", False) else {}
            )
            if operation == "issue_token":
                request["data"] = {"username": sent.pop("email"), **sent}
            elif sent or self._has_body(method, operation):
                request["json"] = sent
        answer = await self.client.request(method.upper(), path, headers=headers, **request)
        return self._read(answer)

    def _read(self, answer: httpx2.Response) -> Any:
        if answer.is_success:
            return answer.json()
        problem = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        known = {"type", "title", "status", "detail", "instance", "code", "trace_id"}
        details = {key: value for key, value in problem.items() if key not in known}
        raise Refused(problem["code"], problem["detail"], details)

    def _route(self, operation: str) -> tuple[str, str]:
        for path, methods in self.openapi["paths"].items():
            for method, declared in methods.items():
                if declared["operationId"] == operation:
                    return method, path
        raise AssertionError(f"{operation} has no route")

    def _has_body(self, method: str, operation: str) -> bool:
        method, path = self._route(operation)
        return "requestBody" in self.openapi["paths"][path][method]

    def _headers(self, sent: dict[str, Any]) -> dict[str, str]:
        headers = {"Authorization": self.authorization} if self.authorization else {}
        if (key := sent.pop("key", None)) is not None:
            headers["Idempotency-Key"] = key
        if (version := sent.pop("expected_version", None)) is not None:
            headers["If-Match"] = f'"{version}"'
        if (presence := sent.pop("expected_presence", None)) is not None:
            headers["If-None-Match" if presence == "ABSENT" else "If-Match"] = "*"
        return headers

    def _query(self, sent: dict[str, Any]) -> dict[str, Any]:
        query: dict[str, Any] = {}
        size, order = sent.pop("first", sent.pop("last", None)), sent.pop("order_by", None)
        query |= {"limit": size} if size else {}
        query |= {"sort": ",".join(_sort(key) for key in order)} if order else {}
        if sent.pop("count", False):
            query["count"] = "exact"
        query |= sent
        return {key: _text(value) for key, value in query.items()}


def _asked(sent: dict[str, Any]) -> dict[str, Any]:
    """A list as a body asks for it, with its filter as a tree."""
    body = {name: value for name, value in sent.items() if name not in ("first", "last")}
    body |= {key: body[key].split(",") for key in ("expand", "fields") if key in body}
    body["count"] = "exact" if sent.get("count") else "none"
    return body | {"limit": sent.get("first", sent.get("last", 50))}


def _sort(key: dict[str, str]) -> str:
    return ("-" if key.get("direction") == "DESC" else "") + key["field"].lower()


def _text(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


@dataclass
class GraphQLFace:
    """The shop over /graphql."""

    client: httpx2.AsyncClient
    authorization: str | None = None
    name: str = "graphql"

    def signed_in(self, authorization: str | None) -> "GraphQLFace":
        return GraphQLFace(self.client, authorization)

    async def call(self, operation: str, **sent: Any) -> Any:
        declared = OPERATIONS[operation]
        name = to_camel_case(re.sub("^(get|list)_", "", operation))
        if declared.kind is Kind.COMMAND:
            return await self._mutate(name, sent)
        if operation.startswith("list_"):
            return await self._page(name, sent)
        root = SCHEMA._schema.query_type
        assert root
        arguments = root.fields[name].args
        variables = camel(sent)
        if len(sent) == 1 and set(arguments) == {"id"}:
            variables = {"id": next(iter(sent.values()))}
        return snake((await self._send("query", name, variables))[name])

    async def _mutate(self, name: str, sent: dict[str, Any]) -> Any:
        if "key" in sent:
            sent["idempotency_key"] = sent.pop("key")
        data = await self._send("mutation", name, {"input": camel(sent)})
        payload = data[name]
        if payload["errors"]:
            raise _refused(payload["errors"][0])
        return snake(_unnamed(payload["result"]))

    async def _page(self, name: str, sent: dict[str, Any]) -> Any:
        count = sent.pop("count", False)
        data = await self._send("query", name, camel(sent), count=count)
        page = snake(data[name])
        return {
            "data": page["nodes"],
            "page_info": page["page_info"],
            "total_count": page.get("total_count"),
            "is_capped": page.get("is_capped"),
        }

    async def _send(
        self, kind: str, name: str, variables: dict[str, Any], *, count: bool = False
    ) -> Any:
        root = SCHEMA._schema.mutation_type if kind == "mutation" else SCHEMA._schema.query_type
        assert root
        field = root.fields[name]
        used = {key: value for key, value in variables.items() if key in field.args}
        assert used.keys() == variables.keys(), (name, variables, list(field.args))
        declared = ", ".join(f"${key}: {field.args[key].type}" for key in used)
        passed = ", ".join(f"{key}: ${key}" for key in used)
        text = f"{kind}{f'({declared})' if declared else ''} {{ {name}"
        text += f"{f'({passed})' if passed else ''} {selection(field.type, count=count)} }}"
        body = {"query": text, "variables": used}
        headers = {"Authorization": self.authorization} if self.authorization else {}
        answer = (await self.client.post("/graphql", json=body, headers=headers)).json()
        if answer.get("errors"):
            error = answer["errors"][0]
            extensions = dict(error["extensions"])
            extensions.pop("trace_id")
            raise Refused(extensions.pop("code"), error["message"], extensions)
        return answer["data"]


def _refused(error: dict[str, Any]) -> Refused:
    """The error of a mutation; what only its type says is named after the type."""
    details = snake(_unnamed(error))
    return Refused(details.pop("code"), details.pop("message"), details)


def _unnamed(value: Any) -> Any:
    """Without the names of types, which stand before what only they say."""
    if isinstance(value, list):
        return [_unnamed(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    prefix = f"{value.get('__typename')}_"
    return {
        key.removeprefix(prefix): _unnamed(entry)
        for key, entry in value.items()
        if key != "__typename"
    }


def selection(type_: GraphQLOutputType, *, count: bool = False, errors: bool = False) -> str:
    """Every field of a type that its row has: links to other things are left out, counts unless
    asked for.
    """
    while isinstance(type_, GraphQLNonNull | GraphQLList):
        type_ = type_.of_type
    if is_leaf_type(type_):
        return ""
    assert isinstance(type_, GraphQLObjectType), type_
    parts = ["__typename"] if errors else []
    for name, declared in type_.fields.items():
        definition = declared.extensions.get("strawberry-definition")
        metadata = getattr(definition, "metadata", None) or {}
        if "bulk" in metadata or name == "edges" or (name in COUNTS and not count):
            continue
        if get_named_type(declared.type) is SCHEMA._schema.type_map["UserError"]:
            # A row of many says less, for all that is asked of it is paid for each of them.
            more = _every_error() if type_.name.endswith("Payload") else _SHORTAGES
            parts.append(f"errors {{ __typename code message path {more} }}")
            continue
        parts.append(f"{name} {selection(declared.type, count=count)}")
    return f"{{ {' '.join(parts)} }}"


def _every_error() -> str:
    interface = SCHEMA._schema.type_map["UserError"]
    errors = SCHEMA._schema.get_possible_types(interface)  # type: ignore[arg-type]
    types = defaultdict(set)
    for error in errors:
        for name, declared in error.fields.items():
            types[name].add(str(declared.type))
    found = []
    for error in errors:
        extra = [name for name in error.fields if name not in ("code", "message", "path")]
        inner = " ".join(
            (f"{error.name}_{name}: {name}" if len(types[name]) > 1 else name)
            + f" {selection(error.fields[name].type)}"
            for name in extra
        )
        if inner:
            found.append(f"... on {error.name} {{ {inner} }}")
    return " ".join(found)
