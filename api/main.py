"""`create_app()`: the one place that sees both faces."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from api import __version__, health
from api.deps import Resources
from api.domain.refusals import StockroomError
from api.explaining import explained
from api.middleware.refusing import Wording
from api.middleware.shortcut import Shortcut
from api.middleware.stack import stack_of
from api.middleware.tracing import TRACE_ID
from api.pages import PageSettings
from api.pages import router as pages
from api.publishing import Publish, Published
from api.settings import Settings
from graphql_schema.context import get_context
from graphql_schema.crowd import Crowd
from graphql_schema.router import StockroomRouter, make_graphql_router, refuse
from graphql_schema.schema import StockroomSchema, make_schema
from rest import openapi, problems
from rest.router import mount

GRAPHQL = "/graphql"
Renderer = Callable[[Request, Any], Response]


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; connects to nothing before its first request."""
    settings = settings or Settings()
    resources = Resources.of(settings)
    wording = Wording(_worded(problems.of_refusal), _too_large, _worded(problems.of_fault))
    traced = settings.telemetry
    app = FastAPI(
        title="Stockroom",
        version=__version__,
        lifespan=_lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        middleware=stack_of(settings, wording, start=resources.errands.start),
        telemetry={"tracing": traced, "metrics": traced, "logs": traced},
        **openapi.METADATA,
    )
    app.state.resources = resources
    schema = _schema(settings)
    mount(app)
    app.router.routes.extend(_endpoint(schema, settings).routes)
    for prefix in ("", "/v1"):  # the second for gateways that let nothing else through
        app.include_router(health.router, prefix=prefix)
    app.include_router(pages(_pages(settings)))
    if settings.shows("sdl"):
        app.add_api_route("/schema.graphql", _sdl(schema), include_in_schema=False)
    openapi.install(app, served=settings.shows("openapi"))
    app.router.routes.insert(0, Shortcut(app.router.routes))
    _refuse_by_face(app)
    return app


def _schema(settings: Settings) -> StockroomSchema:
    return make_schema(
        introspection=settings.introspection,
        suggestions=settings.suggestions,
        engine=settings.graphql_engine,
        documents=settings.graphql_documents,
    )


def _endpoint(schema: StockroomSchema, settings: Settings) -> StockroomRouter:
    return make_graphql_router(
        schema,
        get_context,
        path=GRAPHQL,
        allowed_origins=settings.allowed_origins,
        trace_id=TRACE_ID.get,
        get_queries=settings.graphql_get,
        crowd=Crowd(settings.max_sockets, settings.max_sockets_per_caller),
    )


def _sdl(schema: StockroomSchema) -> Callable[..., Any]:
    written = cache(lambda: schema.as_str().encode())

    async def answer(
        publish: Annotated[Publish, Depends(Published("text/plain; charset=utf-8"))],
    ) -> Response:
        return publish(written())

    return answer


def _pages(settings: Settings) -> PageSettings:
    return PageSettings(
        version=__version__,
        landing=settings.shows("landing"),
        graphiql=settings.shows("graphiql"),
        swagger=settings.shows("docs"),
        redoc=settings.shows("redoc"),
        openapi=settings.shows("openapi"),
        sdl=settings.shows("sdl"),
        account=settings.account_pages,
        explained=explained if settings.problem_pages else None,
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


def _too_large(request: Request, limit: int) -> Response:
    refusal = HTTPException(413, f"A body may have {limit} bytes at most.")
    return _worded(problems.of_http)(request, refusal)
