"""`create_app()`: the one place that sees both faces."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, Response
from starlette.exceptions import HTTPException

from api import __version__, health
from api.deps import Resources
from api.domain.errors import StockroomError
from api.middleware.allowance import Allowance
from api.middleware.body import BodyLimit
from api.middleware.closing import Closing
from api.middleware.shortcut import Shortcut
from api.middleware.tracing import TRACE_ID, Tracing
from api.pages import PageSettings
from api.pages import router as pages
from api.settings import Settings
from graphql_schema.context import get_context
from graphql_schema.router import make_graphql_router, refuse
from graphql_schema.schema import make_schema
from rest import openapi, problems
from rest.router import mount

GRAPHQL = "/graphql"
Renderer = Callable[[Request, Any], Response]


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; connects to nothing before its first request."""
    settings = settings or Settings()
    traced = settings.telemetry
    app = FastAPI(
        title="Stockroom",
        version=__version__,
        lifespan=_lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        telemetry={"tracing": traced, "metrics": traced, "logs": traced},
        **openapi.METADATA,
    )
    app.state.resources = resources = Resources.of(settings)
    schema = make_schema(introspection=settings.introspection, engine=settings.graphql_engine)
    graphql = make_graphql_router(schema, get_context, path=GRAPHQL, trace_id=TRACE_ID.get)
    mount(app)
    app.router.routes.extend(graphql.routes)
    app.include_router(health.router)
    app.include_router(pages(_pages(settings)))
    app.add_api_route(
        "/schema.graphql", lambda: PlainTextResponse(schema.as_str()), include_in_schema=False
    )
    openapi.install(app, served=True)
    app.router.routes.insert(0, Shortcut(app.router.routes))
    _refuse_by_face(app)
    app.add_middleware(Closing, start=resources.errands.start)
    if settings.rate_limit_points or settings.rate_limit_points_anonymous:
        app.add_middleware(Allowance)
    app.add_middleware(BodyLimit, limit=settings.max_body_bytes, refuse=_too_large(settings))
    app.add_middleware(Tracing, of_fault=_worded(problems.of_fault))
    if settings.trusted_proxies:
        from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies))
    return app


def _pages(settings: Settings) -> PageSettings:
    shown = settings.pages
    return PageSettings(
        version=__version__, landing=shown, graphiql=shown, swagger=shown, redoc=shown
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    await app.state.resources.close()


def _refuse_by_face(app: FastAPI) -> None:
    kinds: dict[type[Exception], Renderer] = {
        StockroomError: problems.of_refusal,
        RequestValidationError: problems.of_invalid,
        HTTPException: problems.of_http,
    }
    for kind, rest in kinds.items():
        app.add_exception_handler(kind, _by_face(rest))


def _by_face(rest: Renderer) -> Callable[[Request, Any], Any]:
    worded = _worded(rest)

    async def handler(request: Request, error: Any) -> Response:
        return worded(request, error)

    return handler


def _worded(rest: Renderer) -> Renderer:
    def render(request: Request, error: Any) -> Response:
        problem = rest(request, error)
        return refuse(request, problem) if request.url.path == GRAPHQL else problem

    return render


def _too_large(settings: Settings) -> Callable[[Request], Response]:
    detail = f"A body may have {settings.max_body_bytes} bytes at most."
    refusal = HTTPException(413, detail)
    worded = _worded(problems.of_http)
    return lambda request: worded(request, refusal)
