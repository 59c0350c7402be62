"""GraphQL over HTTP: what a request must look like, and how an answer is worded for its reader."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson
from starlette.responses import Response

from api import strict_json
from api.accepting import wanted, weights_of
from api.caching import CACHING, VARY, mark_of, names
from api.domain.trusted.commands import id_of

_DOCUMENT_ID = re.compile("sha256:[0-9a-f]{64}")
MAX_VALUES = 10_000
"""What variables may hold: each value is read against its type, at up to 10 us."""
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


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a request asks for: a text, the hash of one that is stored, or both."""

    query: str | None
    document_id: str | None
    variables: dict[str, Any] | None
    operation_name: str | None
    extensions: dict[str, Any] | None


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


def read_parameters(value: object) -> Parameters:
    """The parameters of a request; whatever else it holds is none of ours."""
    if isinstance(value, list):
        raise bad_request("Send one operation at a time: a list of them is not accepted.")
    if not isinstance(value, dict):
        raise bad_request("The request must be a JSON object.")
    query, name = value.get("query"), value.get("operationName")
    extensions = _mapping(value, "extensions")
    document_id = document_id_of(value.get("documentId"), extensions)
    if document_id is None or query is not None:
        if not isinstance(query, str) or not query:
            raise bad_request("`query` must be the text of a GraphQL document.")
        if document_id is not None and document_id != id_of(query):
            raise bad_request("The hash is not that of `query`.")
    if not isinstance(name, str | None):
        raise bad_request("`operationName` must be a string or null.")
    variables = _mapping(value, "variables")
    judge_values(variables)
    return Parameters(query, document_id, variables, name, extensions)


def judge_values(variables: dict[str, Any] | None) -> None:
    """Refuse more values than an operation may be given."""
    if variables and _values(variables) > MAX_VALUES:
        raise TransportRefused(
            400, "TOO_MANY_VALUES", f"The variables hold more than {MAX_VALUES} values."
        )


def _values(variables: dict[str, Any]) -> int:
    """How many values there are, in lists and objects too; counted no further than too many."""
    count, todo = 0, list[Any]([variables])
    while todo and count <= MAX_VALUES:
        part = todo.pop()
        below = part.values() if isinstance(part, dict) else part
        count += len(part)
        todo.extend(value for value in below if isinstance(value, dict | list))
    return count


def document_id_of(named: object, extensions: dict[str, Any] | None) -> str | None:
    """The document that is named by `documentId`, or as automatic persisted queries name it."""
    asked = (extensions or {}).get("persistedQuery")
    hash = asked.get("sha256Hash") if isinstance(asked, dict) else None
    names = [named] if named is not None else []
    if isinstance(hash, str):  # else an extension of somebody else's
        names.append(f"sha256:{hash}")
    if not names:
        return None
    if not all(isinstance(name, str) and _DOCUMENT_ID.fullmatch(name) for name in names):
        raise bad_request("A document is named by `sha256:` and the 64 hex digits of its hash.")
    if len(set(names)) > 1:
        raise bad_request("`documentId` and `persistedQuery` name two documents.")
    return str(names[0])


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
    headers = {"vary": VARY, **(headers or {})}
    return Response(encoded(payload), status, headers, f"{media_type}; charset=utf-8")


def encoded(payload: object) -> bytes:
    """An answer as JSON; parts of it may be written already."""
    try:
        return orjson.dumps(payload)
    except TypeError:  # a JSON value may hold integers that orjson does not write
        return json.dumps(payload, separators=(",", ":"), default=_read_again).encode()


def _read_again(fragment: object) -> object:
    return orjson.loads(orjson.dumps(fragment))


def kept(response: Response, if_none_match: str | None) -> Response:
    """A sound answer to a GET, which its reader may keep and ask for again by its tag."""
    tag = f'"{mark_of(bytes(response.body))}"'
    headers = {"ETag": tag, **CACHING}
    if if_none_match is not None and names(if_none_match, tag):
        return Response(None, 304, headers)
    response.headers.update(headers)
    return response
