"""Serves the pages and every file they load, from a fixed list of paths."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from api.pages.account import PAGES, account_page
from api.pages.assets import INSTALLED, is_installed, pinned
from api.pages.explanations import Explained, every_code, every_deprecation, one_code
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
    openapi: bool = True
    sdl: bool = True
    account: bool = True
    explained: Callable[[], Mapping[str, Explained]] | None = None
    """Every error code by the last word of its address; made when it is first asked for."""
    assets: Path = INSTALLED
    graphql_url: str = "/graphql"
    oauth_url: str = "/v1/auth/token"
    sessions_url: str = "/v1"
    """Where the addresses of log-in, log-out and of who one is begin."""
    openapi_url: str = "/openapi-3.1.json"  # which both pages read in full


def examples() -> list[dict[str, str]]:
    """The explorer's opening tabs, in the order of their file names."""
    return [{"query": file.read_text("utf-8")} for file in sorted(EXAMPLES.glob("*.graphql"))]


def router(settings: PageSettings) -> APIRouter:
    """Routes for the pages that are switched on; the others do not exist, so answer 404."""
    local = is_installed(settings.assets)
    edition = digest_of_ours()
    routes = APIRouter(include_in_schema=False)
    switched_on = enabled(settings)
    for page in switched_on:
        routes.add_route(page.path, shown(page, settings, edition, local))
    files = {f"{edition}/{name}": file for name, file in OURS.items()}
    if local:
        files |= {asset.location: settings.assets / asset.location for asset in pinned().values()}
    for path in PAGES if settings.account else ():
        routes.add_route(path, led_to(path, edition))
    if settings.explained is not None:
        routes.add_route("/problems", told(settings, settings.explained, edition))
        routes.add_route("/problems/{code}", told(settings, settings.explained, edition))
        routes.add_route("/deprecations", deprecated(settings, edition))
    if switched_on or settings.account or settings.explained is not None:
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
        base = base_of(request)
        links = {
            "base": base,
            "edition": edition,
            "version": settings.version,
            "graphql_url": base + settings.graphql_url,
            "oauth_url": base + settings.oauth_url,
            "sessions_url": base + settings.sessions_url,
            "openapi_url": base + settings.openapi_url,
        }
        documents = {
            "/schema.graphql": settings.sdl,
            "/openapi.json": settings.openapi,
            "/problems": settings.explained is not None,
        }
        shown = [address for address, there in documents.items() if there]
        return Response(
            rendered(page, links, enabled(settings), local, shown),
            media_type="text/html",
            headers=security_headers(page, local) | {"Cache-Control": "no-cache"},
        )

    return show


def told(
    settings: PageSettings, explained: Callable[[], Mapping[str, Explained]], edition: str
) -> Callable[[Request], Awaitable[Response]]:
    """What error codes mean: one of them, or the list."""

    async def tell(request: Request) -> Response:
        links = {"base": base_of(request), "edition": edition}
        code = request.path_params.get("code")
        if code is not None and code not in explained():
            raise HTTPException(404, "There is no such error code.")
        page = (
            one_code(explained()[code], links, enabled(settings))
            if code is not None
            else every_code(explained(), links, enabled(settings))
        )
        return plain(page)

    return tell


def led_to(path: str, edition: str) -> Callable[[Request], Awaitable[Response]]:
    """A page for who comes from a letter, whatever other pages there are."""

    async def lead(request: Request) -> Response:
        return plain(account_page(path, {"base": base_of(request), "edition": edition}))

    return lead


def deprecated(settings: PageSettings, edition: str) -> Callable[[Request], Awaitable[Response]]:
    """What will be gone, and when."""

    async def tell(request: Request) -> Response:
        links = {"base": base_of(request), "edition": edition}
        return plain(every_deprecation(links, enabled(settings)))

    return tell


def plain(page: str) -> Response:
    """A page that loads no script."""
    headers = security_headers(Page.LANDING, local=True) | {"Cache-Control": "no-cache"}
    return Response(page, media_type="text/html", headers=headers)


def base_of(request: Request) -> str:
    """The prefix under which a proxy offers everything."""
    base: str = request.scope.get("root_path", "")
    return base.rstrip("/")


def enabled(settings: PageSettings) -> list[Page]:
    """The pages that are switched on."""
    return [page for page in Page if getattr(settings, page.setting)]


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
