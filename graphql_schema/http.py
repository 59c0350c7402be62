"""GraphQL over HTTP: what a request must look like, and how an answer is worded for its reader."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson
from starlette.responses import Response
from strawberry.http import GraphQLRequestData

from api import strict_json
from api.accepting import wanted, weights_of

JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"


@dataclass
class TransportRefused(Exception):
    """A request that never became a GraphQL request."""

    status: int
    code: str
    message: str
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(self.message)


def bad_request(message: str) -> TransportRefused:
    return TransportRefused(400, "BAD_REQUEST", message)


def read_json(body: bytes | str) -> object:
    """Strict JSON, or a refusal of the request."""
    try:
        return strict_json.read_json(body)
    except strict_json.NotJson as error:
        raise bad_request(str(error)) from None


def read_query_string(pairs: Iterable[tuple[str, str]]) -> dict[str, object]:
    """The parameters of a GET; variables and extensions are JSON inside it."""
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise bad_request("The URL names the same parameter twice.")
        found[name] = value
    for name in ("variables", "extensions"):
        if text := found.get(name):
            found[name] = read_json(str(text))
    return found


def read_parameters(value: object) -> GraphQLRequestData:
    """The four parameters of a request; whatever else it holds is none of ours."""
    if isinstance(value, list):
        raise bad_request("Send one operation at a time: a list of them is not accepted.")
    if not isinstance(value, dict):
        raise bad_request("The request must be a JSON object.")
    query, name = value.get("query"), value.get("operationName")
    if not isinstance(query, str) or not query:
        raise bad_request("`query` must be the text of a GraphQL document.")
    if not isinstance(name, str | None):
        raise bad_request("`operationName` must be a string or null.")
    return GraphQLRequestData(
        query=query,
        variables=_mapping(value, "variables"),
        operation_name=name,
        extensions=_mapping(value, "extensions"),
    )


def _mapping(value: dict[str, Any], name: str) -> dict[str, Any] | None:
    found = value.get(name)
    if found is not None and not isinstance(found, dict):
        raise bad_request(f"`{name}` must be an object or null.")
    return found


@lru_cache(maxsize=128)
def negotiate(accept: str | None) -> str:
    """The media type to answer with: plain JSON unless the newer type is asked for by name."""
    weights = weights_of(accept)
    newer = weights.get(GRAPHQL_RESPONSE, 0.0)
    return GRAPHQL_RESPONSE if newer > 0 and newer >= wanted(weights, JSON) else JSON


def respond(
    payload: Mapping[str, object],
    media_type: str,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    try:
        body = orjson.dumps(payload)
    except TypeError:  # a JSON value may hold integers that orjson does not write
        body = json.dumps(payload, separators=(",", ":")).encode()
    headers = {"vary": "Accept", **(headers or {})}
    return Response(body, status, headers, f"{media_type}; charset=utf-8")
