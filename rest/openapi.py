"""The OpenAPI document: its metadata, the ways to sign in, and the shape of every problem."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from rest import expanding
from rest.problems import MEDIA_TYPE

METADATA: dict[str, Any] = {
    "summary": "Stock and orders that cannot be wrong.",
    "description": (
        "The REST face of Stockroom. Everything here can be done over GraphQL at `/graphql` too, "
        "under the same names, the same rules and the same error codes."
    ),
    "license_info": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    "openapi_tags": [
        {"name": "accounts", "description": "Who may do what: users, tokens and API keys."},
        {"name": "catalog", "description": "Categories and the items that are counted and sold."},
        {"name": "locations", "description": "Where stock is kept."},
        {"name": "stock", "description": "Levels, and the ledger that proves them."},
        {"name": "customers", "description": "Who buys."},
        {"name": "orders", "description": "What was promised, and how far it has got."},
    ],
}
_PROBLEM = {
    "type": "object",
    "description": "Why a request was refused (RFC 9457).",
    "required": ["type", "title", "status", "detail", "instance", "code", "trace_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
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
        "flows": {"password": {"tokenUrl": "/v1/auth/token", "scopes": {}}},
    },
    "api_key": {"type": "http", "scheme": "bearer", "description": "An API key, `sr_...`."},
}
_OPEN = {"issue_token"}


def install(app: FastAPI) -> None:
    """Make the application answer with our document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        license_info=app.license_info,
        tags=app.openapi_tags,
    )
    components = made.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = _PROBLEM
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["securitySchemes"] = _SECURITY
    for path in made["paths"].values():
        for operation in path.values():
            _finish(operation)
    expanding.document(made, app.routes)
    return made


def _finish(operation: dict[str, Any]) -> None:
    if operation["operationId"] not in _OPEN:
        operation["security"] = [{"password": []}, {"api_key": []}]
    for status, answer in operation["responses"].items():
        answer.pop("x-codes", None)
        if status[0] in "45":
            answer["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
