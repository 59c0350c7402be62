"""What each operation may answer: its refusals by code, and the headers of every answer."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, get_type_hints

from fastapi import Request

from api.domain.errors import (
    Busy,
    IdempotencyInProgress,
    IdempotencyKeyRequired,
    IdempotencyMismatch,
    InvalidCursor,
    PreconditionFailed,
    PreconditionRequired,
    VersionConflict,
)
from api.domain.operations import AnyOperation, Key, Kind
from api.domain.refusals import StockroomError, every_refusal
from rest.documents.examples import refusal
from rest.doors import COLLECTIONS
from rest.lists import operation_of
from rest.problems import CODES, MEDIA_TYPE, STATUS, TRANSPORT, of_refusal, problem

JSON = "application/json"
TRIED = "What it would have come to: only tried, with `validate_only`."
_TRACE_ID = "4f1c2a9b7d3e6058"
_CODES = {error.code: error for error in every_refusal()}
_TRANSPORT = {transport.code: status for status, transport in TRANSPORT.items()}


def _header(description: str, example: Any, **schema: Any) -> dict[str, Any]:
    return {
        "description": description,
        "schema": {"type": "string"} | schema,
        "example": example,
    }


HEADERS: dict[str, dict[str, Any]] = {
    "Accept-Query": _header("What a QUERY of this address may send.", "application/json"),
    "Cache-Control": _header("Who may keep the answer, and for how long.", "private, no-cache"),
    "ETag": _header(
        "The version, for `If-Match`, and the mark of these bytes, for `If-None-Match`.",
        '"3.9f86d081884c7d65"',
    ),
    "Idempotency-Replayed": _header(
        "The answer is that of an earlier call with the same key.", "true", enum=["true"]
    ),
    "Link": _header("The pages around this one (RFC 8288).", '</v1/items>; rel="first"'),
    "Location": _header(
        "Where the new thing is.", "/v1/items/item_0199f3a2c0de7a3b8c4d5e6f7a8b9c0d"
    ),
    "RateLimit": _header(
        "What is left of the caller's budget of points, and in how many seconds its window ends.",
        '"default";r=599949;t=42',
    ),
    "RateLimit-Policy": _header(
        "The budget: points, and the seconds they are for.", '"default";q=600000;w=60'
    ),
    "Retry-After": _header("How many seconds to wait.", 1, type="integer", minimum=0),
    "Set-Cookie": _header(
        "Signs the browser in, or out.", "stockroom=0199f3a2; HttpOnly; SameSite=Lax; Path=/"
    ),
    "WWW-Authenticate": _header("How to sign in.", 'Bearer realm="stockroom"'),
    "X-Request-Id": _header("The trace id: the log knows the request by it.", _TRACE_ID),
}
"""Every header that an answer may be declared with, beside those that all of HTTP knows."""
_OF_ALL = ("RateLimit", "RateLimit-Policy", "X-Request-Id")
_OF_STATUS = {"401": ["WWW-Authenticate"], "429": ["Retry-After"], "503": ["Retry-After"]}


def declare(operation: dict[str, Any], method: str, shared: dict[str, Any]) -> None:
    """Complete the answers of an operation, and bring them in order; its refusals are shared with
    other operations.
    """
    entry = operation_of(operation["operationId"])
    answers = operation["responses"]
    done = next((answers[status] for status in ("201", "202") if status in answers), None)
    if done is not None and entry is not None:
        answers.setdefault("200", done | {"description": TRIED})
    for code in _codes_of(operation, entry, method):
        answers.setdefault(_status(code), {}).setdefault(CODES, []).append(code)
    for status, answer in answers.items():
        if CODES in answer:
            answers[status] = _refused(status, list(dict.fromkeys(answer[CODES])), shared)
        elif entry is not None:
            answer["headers"] = _named(_earned(entry, status)) | answer.get("headers", {})
    operation["responses"] = dict(sorted(answers.items()))


def without_terms(operation: dict[str, Any]) -> None:
    """Leave out the terms that a command refuses."""
    entry = operation_of(operation["operationId"])
    if entry is not None and entry.kind is Kind.COMMAND:
        refused = {"idempotency-key"} if entry.key is Key.REFUSED else set()
        refused |= set() if entry.versioned or entry.upserts else {"if-match"}
        refused |= set() if entry.upserts else {"if-none-match"}
        refused |= set() if entry.tried else {"validate_only"}
        operation["parameters"] = [
            it for it in operation["parameters"] if it["name"].lower() not in refused
        ]


def _codes_of(operation: dict[str, Any], entry: AnyOperation | None, method: str) -> Iterator[str]:
    """What follows from what an operation is, and is not said by its route."""
    yield "INTERNAL"
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    if "after" in names:
        yield InvalidCursor.code
    if "expand" in names:
        yield "COST_LIMIT_EXCEEDED"
    if method != "get":
        yield "PAYLOAD_TOO_LARGE"
    if "requestBody" in operation:
        yield "UNSUPPORTED_MEDIA_TYPE"
    if entry is not None and entry.kind is Kind.COMMAND:
        yield from (error.code for error in _of_command(entry))


def _of_command(entry: AnyOperation) -> Iterator[type[StockroomError]]:
    yield Busy
    if entry.key is not Key.REFUSED:
        yield from (IdempotencyInProgress, IdempotencyMismatch)
    if entry.key is Key.REQUIRED:
        yield IdempotencyKeyRequired
    if entry.versioned:
        yield from (PreconditionRequired, VersionConflict)
    if entry.upserts:
        yield from (PreconditionFailed, VersionConflict)


def _status(code: str) -> str:
    return str(_TRANSPORT.get(code) or STATUS[_CODES[code].kind])


def _refused(status: str, codes: list[str], shared: dict[str, Any]) -> dict[str, Any]:
    """A refusal with an example of each of its codes, by its name in the document."""
    name = "Or".join(code.title().replace("_", "") for code in codes)
    shared[name] = {
        "description": " or ".join(f"`{code}`" for code in codes),
        "headers": _named(_OF_STATUS.get(status, ())),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {code: {"$ref": f"#/components/examples/{code}"} for code in codes},
            }
        },
    }
    return {"$ref": f"#/components/responses/{name}"}


def _named(headers: Iterable[str]) -> dict[str, Any]:
    names = sorted({*_OF_ALL, *headers})
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _earned(entry: AnyOperation, status: str) -> Iterator[str]:
    """The headers of an operation that did as it was asked."""
    row = entry.hints["return"]
    fields = get_type_hints(row) if isinstance(row, type) else {}
    if entry.kind is Kind.QUERY:
        yield from ("Cache-Control", "ETag")
    elif "version" in fields:
        yield "ETag"
    if entry.kind is Kind.COMMAND and entry.key is not Key.REFUSED:
        yield "Idempotency-Replayed"
    if status == "201" and "id" in fields and _word(row) in COLLECTIONS:
        yield "Location"


def _word(row: type) -> str:
    return row.__name__.lower()


def samples() -> dict[str, dict[str, Any]]:
    """An example of every problem, by its code."""
    return {code: {"summary": sample["title"], "value": sample} for code, sample in _samples()}


def samples_for(shared: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The examples that the shared refusals name."""
    named = {code for it in shared.values() for code in it["content"][MEDIA_TYPE]["examples"]}
    return {code: sample for code, sample in samples().items() if code in named}


def _samples() -> Iterator[tuple[str, dict[str, Any]]]:
    for error in every_refusal():
        yield error.code, rendered(refusal(error))
    for status, transport in TRANSPORT.items():
        title = transport.code.replace("_", " ").capitalize()
        answer = problem(_request(), status, transport.code, title, transport.meaning)
        yield transport.code, json.loads(bytes(answer.body))


def rendered(error: StockroomError) -> dict[str, Any]:
    """The problem that says so."""
    found: dict[str, Any] = json.loads(bytes(of_refusal(_request(), error).body))
    return found


def _request() -> Request:
    return Request({"type": "http", "path": "/v1/items", "headers": [], "trace_id": _TRACE_ID})
