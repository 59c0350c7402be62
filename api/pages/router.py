"""Serves the pages and every file they load, from a fixed list of paths."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from api.pages.assets import INSTALLED, is_installed, pinned
from api.pages.rendering import Page, rendered, security_headers

HERE = Path(__file__).parent
OURS = {file.name: file for file in (HERE / "static").iterdir() if file.is_file()}
EXAMPLES = HERE / "examples"
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class PageSettings:
    """Which pages are on, and what they talk to."""

    version: str
    landing: bool = True
    graphiql: bool = True
    swagger: bool = True
    redoc: bool = True
    assets: Path = INSTALLED
    graphql_url: str = "/graphql"
    login_url: str = "/v1/auth/token"
    openapi_url: str = "/openapi-3.1.json"  # which both pages read in full


def examples() -> list[dict[str, str]]:
    """The explorer's opening tabs, in the order of their file names."""
    return [{"query": file.read_text("utf-8")} for file in sorted(EXAMPLES.glob("*.graphql"))]


def router(settings: PageSettings) -> APIRouter:
    """Routes for the pages that are switched on; the others do not exist, so answer 404."""
    local = is_installed(settings.assets)
    edition = digest_of_ours()
    routes = APIRouter(include_in_schema=False)
    switched_on = [page for page in Page if getattr(settings, page.setting)]
    for page in switched_on:
        routes.add_route(page.path, shown(page, settings, edition, local))
    files = {f"{edition}/{name}": file for name, file in OURS.items()}
    if local:
        files |= {asset.location: settings.assets / asset.location for asset in pinned().values()}
    if switched_on:
        routes.add_route("/pages/{name:path}", served(files))
    if settings.graphiql:
        routes.add_route(f"/graphiql/{edition}/examples.json", listed_examples)
    return routes


def digest_of_ours() -> str:
    """Names the edition of our own files, so that a browser may keep each one for ever."""
    contents = b"".join(file.read_bytes() for _, file in sorted(OURS.items()))
    return hashlib.sha256(contents + json.dumps(examples()).encode()).hexdigest()[:16]


def shown(
    page: Page, settings: PageSettings, edition: str, local: bool
) -> Callable[[Request], Awaitable[Response]]:
    async def show(request: Request) -> Response:
        base = request.scope.get("root_path", "").rstrip("/")
        links = {
            "base": base,
            "edition": edition,
            "version": settings.version,
            "graphql_url": base + settings.graphql_url,
            "login_url": base + settings.login_url,
            "openapi_url": base + settings.openapi_url,
        }
        enabled = [other for other in Page if getattr(settings, other.setting)]
        return Response(
            rendered(page, links, enabled, local),
            media_type="text/html",
            headers=security_headers(page, local) | {"Cache-Control": "no-cache"},
        )

    return show


def served(files: dict[str, Path]) -> Callable[[Request], Awaitable[Response]]:
    """A path is looked up, never joined to a folder: nothing outside the list can be reached."""

    async def serve(request: Request) -> Response:
        file = files.get(request.path_params["name"])
        if file is None:
            raise HTTPException(404)
        return FileResponse(
            file,
            media_type=TYPES.get(file.suffix, "text/plain"),
            headers={"Cache-Control": FOREVER, "X-Content-Type-Options": "nosniff"},
        )

    return serve


async def listed_examples(request: Request) -> Response:
    return JSONResponse(examples(), headers={"Cache-Control": FOREVER})
