"""The OpenAPI documents: what they say of the whole, and who is served them.

Served is what `stockroom contracts` wrote: making it takes seconds in which nobody is answered. To
who takes gzip it is a tenth as long, whatever the settings say: it is pressed once.
"""

import gzip
from functools import cache
from http.client import NOT_MODIFIED
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.responses import Response

from api.accepting import weights_of
from api.publishing import Publish, Published

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
        {"name": "administration", "description": "For administrators alone, as a whole."},
        {"name": "trusted documents", "description": "GraphQL documents that go by their hashes."},
        {"name": "uploads", "description": "Pictures: of items, and of those who work here."},
    ],
}
WRITTEN = {
    "3.2": Path(__file__).with_name("openapi.json"),
    "3.1": Path(__file__).with_name("openapi-3.1.json"),
}
PATHS = {f"/{file.name}": file for file in WRITTEN.values()}


def install(app: FastAPI, *, served: bool) -> None:
    """Make the application have our document and, when it is to be served, serve it."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            from rest.documents.making import made  # not before somebody asks

            app.openapi_schema = made(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]
    for path in PATHS if served else ():
        app.add_api_route(path, _answer(PATHS[path]), include_in_schema=False)


def _answer(file: Path) -> Any:
    @cache
    def written(base: str, pressed: bool) -> bytes:
        import orjson

        document = orjson.loads(file.read_bytes())
        if base:
            document = document | {"servers": [{"url": base, "description": "This server."}]}
        plain = orjson.dumps(document)
        return gzip.compress(plain, mtime=0) if pressed else plain

    async def answer(
        request: Request, publish: Annotated[Publish, Depends(Published("application/json"))]
    ) -> Response:
        pressed = weights_of(request.headers.get("accept-encoding")).get("gzip", 0) > 0
        response = publish(written(request.scope.get("root_path", "").rstrip("/"), pressed))
        response.headers["Vary"] = "Accept-Encoding"
        if pressed and response.status_code != NOT_MODIFIED:
            response.headers["Content-Encoding"] = "gzip"
        return response

    return answer


def versions(app: FastAPI) -> dict[str, dict[str, Any]]:
    """The document in each version of OpenAPI, as it is published."""
    from rest.documents.making import in_3_1
    from rest.documents.sharing import shared

    whole = app.openapi()
    return {"3.2": shared(whole), "3.1": shared(in_3_1(whole))}
