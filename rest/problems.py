"""Every refusal as problem+json (RFC 9457): the domain's own, FastAPI's, and the faults of ours."""

from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import Match

from api.domain.errors import (
    BadRequest,
    DeadlineExceeded,
    Fault,
    Forbidden,
    Overloaded,
    RateLimited,
    Unauthenticated,
    Unavailable,
    ValidationFailed,
)
from api.domain.refusals import Kind, StockroomError

MEDIA_TYPE = "application/problem+json"
CODES = "x-codes"
"""Where a declared answer keeps its codes until the document is finished."""
STATUS = {
    Kind.BAD_REQUEST: 400,
    Kind.INVALID: 422,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.STALE: 412,
    Kind.PRECONDITION_REQUIRED: 428,
    Kind.TOO_MANY: 429,
    Kind.TOO_SLOW: 408,
    Kind.UNAVAILABLE: 503,
}


@dataclass(frozen=True)
class Transport:
    """What is refused before the domain hears of it, or breaks."""

    code: str
    meaning: str
    advice: str


TRANSPORT = {
    405: Transport(
        "METHOD_NOT_ALLOWED",
        "The address takes other methods.",
        "Use one of the methods that the header `Allow` names.",
    ),
    413: Transport(
        "PAYLOAD_TOO_LARGE",
        "The body is longer than is read here.",
        "Send less at once: several requests, or a file by its own way in.",
    ),
    415: Transport(
        "UNSUPPORTED_MEDIA_TYPE",
        "The body is of a type that is not read here.",
        "Say in `Content-Type` what the body is; nearly everything here reads `application/json`.",
    ),
    500: Transport(
        "INTERNAL",
        "Something broke here; it is logged.",
        "Tell whoever runs the server the `trace_id`: the log has the rest under it.",
    ),
}
"""By status."""
_OWN_WORDS = {401: "UNAUTHENTICATED", 404: "NOT_FOUND"} | {
    status: transport.code for status, transport in TRANSPORT.items()
}
_ALWAYS: tuple[type[StockroomError], ...] = (
    BadRequest,
    Unauthenticated,
    Forbidden,
    ValidationFailed,
    RateLimited,
    Unavailable,
    Overloaded,
    DeadlineExceeded,
)
_METHODS = ("GET", "HEAD", "QUERY", "POST", "PUT", "PATCH", "DELETE")
log = structlog.get_logger("rest")


def problem(
    request: Request, status: int, code: str, title: str, detail: str, **more: Any
) -> Response:
    """One problem; `more` are its extension members."""
    slug = code.lower().replace("_", "-")
    body = {
        "type": f"/problems/{slug}" if status < 500 or code != "INTERNAL" else "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        "code": code,
        "trace_id": request.scope.get("trace_id", ""),
        **more,
    }
    return JSONResponse(body, status, media_type=MEDIA_TYPE, headers=_headers(status, more))


def _headers(status: int, more: dict[str, Any]) -> dict[str, str]:
    headers = {"Cache-Control": "no-store"}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="stockroom"'
    if "retry_after" in more:
        headers["Retry-After"] = str(more["retry_after"])
    return headers


def of_refusal(request: Request, error: StockroomError) -> Response:
    """The domain's refusal."""
    more = error.plain_details
    return problem(request, STATUS[error.kind], error.code, error.title, error.message, **more)


def of_invalid(request: Request, error: RequestValidationError) -> Response:
    """FastAPI's refusal of a path, a query, a header or a body; never echoes what was sent."""
    if any(entry["type"] == "json_invalid" for entry in error.errors()):
        return of_refusal(request, BadRequest("The body is not valid JSON."))
    found = error.errors()[: ValidationFailed.most + 1]
    faults = [Fault.found(entry["loc"][1:], entry) for entry in found]
    return of_refusal(request, ValidationFailed.of(faults))


def of_http(request: Request, error: HTTPException) -> Response:
    """What the framework itself refuses: no such route, no such method, no such media type."""
    code = _OWN_WORDS.get(error.status_code, "BAD_REQUEST")
    title = code.replace("_", " ").capitalize()
    response = problem(request, error.status_code, code, title, str(error.detail))
    response.headers.update(error.headers or {})
    if error.status_code == 405:
        response.headers["Allow"] = ", ".join(_allowed(request))
    return response


def _allowed(request: Request) -> list[str]:
    """The methods of this address: the framework names only those of the first route it meets."""
    return [
        method
        for method in _METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    ]


def of_fault(request: Request, error: Exception) -> Response:
    """A fault of ours: the caller learns the trace id, the log learns the rest."""
    trace_id = request.scope.get("trace_id", "")
    log.error("unhandled", trace_id=trace_id, path=request.url.path, exc_info=error)
    return problem(request, 500, "INTERNAL", "Internal error", TRANSPORT[500].meaning)


def refusals(*errors: type[StockroomError]) -> dict[int | str, dict[str, Any]]:
    """The codes of a route that may refuse so, beside what every route may, by their status."""
    found: dict[int | str, dict[str, Any]] = {}
    for error in (*_ALWAYS, *errors):
        entry = found.setdefault(STATUS[error.kind], {"description": "Refused.", CODES: []})
        entry[CODES].append(error.code)
    return found
