"""The OpenAPI document, whole: what FastAPI makes of the routes, finished; and the same in 3.1."""

from copy import deepcopy
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.browsers import COOKIE, CSRF_HEADER
from api.domain.actors import Permission
from rest import deprecating, expanding
from rest.documents import filters
from rest.documents.answers import HEADERS, JSON, declare, samples_for, without_terms
from rest.documents.examples import Examples
from rest.lists import operation_of

_PROBLEM = {
    "type": "object",
    "description": "Why a request was refused (RFC 9457).",
    "required": ["type", "title", "status", "detail", "instance", "code", "trace_id"],
    "properties": {
        "type": {
            "type": "string",
            "format": "uri-reference",
            "description": "A page that says what it means and what to do.",
        },
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "For people, of this one case."},
        "instance": {"type": "string"},
        "code": {"type": "string", "description": "Never changes; the same over GraphQL."},
        "trace_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path", "code", "message"],
                "properties": {
                    "path": {"type": "array", "items": {"type": "string"}},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}
_SECURITY = {
    "password": {
        "type": "oauth2",
        "description": "An access token, for an e-mail address and a password.",
        "flows": {
            "password": {
                "tokenUrl": "/v1/auth/token",
                "refreshUrl": "/v1/auth/token",
                "scopes": {str(right): f"What needs `{right}`." for right in Permission},
            }
        },
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": f"Of `log_in`; all but GETs send its `csrf_token` as `{CSRF_HEADER}` too.",
    },
    "api_key": {"type": "http", "scheme": "bearer", "description": "An API key, `sr_...`."},
}
_CONTACT = {"name": "Whoever runs this server"}


def made(app: FastAPI) -> dict[str, Any]:
    """The document in OpenAPI 3.2, where `query` is a method like any other."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.2.0",
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        license_info=app.license_info,
        contact=_CONTACT,
        servers=[{"url": "/", "description": "This server."}],
        tags=app.openapi_tags,
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = _PROBLEM
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for schema in schemas.values():
        for part in schema.get("properties", {}).values():
            part.pop("title", None)  # its name, once more
    shared: dict[str, Any] = {}
    expanding.document(document, app.routes)
    filters.document(document, app.routes)
    deprecating.document(document)
    examples = Examples(schemas)
    for path in document["paths"].values():
        for method in path:
            _finish(path[method], examples)
            declare(path[method], method, shared)
    components |= {
        "responses": dict(sorted(shared.items())),
        "headers": HEADERS,
        "examples": samples_for(shared),
        "securitySchemes": _SECURITY,
    }
    return document


def _finish(operation: dict[str, Any], examples: Examples) -> None:
    entry = operation_of(operation["operationId"])
    needed = entry.permission if entry else None
    scopes = {"password": [str(needed)]}  # of OAuth 2 alone, to the letter of OpenAPI
    operation["security"] = (
        [{scheme: scopes.get(scheme, [])} for scheme in _SECURITY]
        if needed is not Permission.PUBLIC
        else []
    )
    without_terms(operation)
    for parameter in operation.get("parameters", ()):
        _show(parameter, examples)
    for content in operation.get("requestBody", {}).get("content", {}).values():
        _exemplify(content, examples.body)
    for status, answer in operation["responses"].items():
        if status[0] == "2" and JSON in answer.get("content", {}):
            _exemplify(answer["content"][JSON], examples.answer)


def _exemplify(content: dict[str, Any], of: Any) -> None:
    if not content.keys() & {"example", "examples"}:
        content["example"] = of(content["schema"])


def _show(parameter: dict[str, Any], examples: Examples) -> None:
    """A parameter's name as it is written elsewhere, what it is for, and what it may look like."""
    schema = parameter["schema"] = _present(parameter["schema"])
    if parameter["in"] == "header":
        parameter["name"] = parameter["name"].title()
    words = schema.pop("description", None) or _filters(schema)
    parameter.setdefault("description", words)
    if not parameter["required"]:
        del parameter["required"]
    if parameter.get("required") and not parameter.keys() & {"example", "examples"}:
        parameter["example"] = examples.parameter(schema, parameter["name"])


def _present(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of what is sent: nobody sends nothing."""
    sent = {key: value for key, value in schema.items() if key != "title"}
    match [part for part in sent.get("anyOf", ()) if part.get("type") != "null"]:
        case [only]:
            return {**only, **{key: value for key, value in sent.items() if key != "anyOf"}}
        case _:
            return sent


def _filters(schema: dict[str, Any]) -> str:
    """What a filter says that has no words of its own."""
    several = any(part.get("type") == "array" for part in schema.get("anyOf", [schema]))
    return "Any of these." if several else "Exactly this."


def in_3_1(document: dict[str, Any]) -> dict[str, Any]:
    """The same for who reads OpenAPI 3.1: without the method `query`, which it cannot name."""
    older = deepcopy(document) | {"openapi": "3.1.1"}
    for path in older["paths"].values():
        path.pop("query", None)
    return older
