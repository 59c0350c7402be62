"""Bare Starlette and asyncpg: one route that PostgreSQL writes the answer of."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.limit import STATEMENT, open_pool, pools


async def answer(request: Request) -> Response:
    """One thing by its public id."""
    body: bytes = await pools[0].fetchval(STATEMENT, request.path_params["id"])
    return Response(body, media_type="application/json")


@asynccontextmanager
async def _living(_: Starlette) -> AsyncIterator[None]:
    pools.append(await open_pool())
    yield
    await pools[0].close()


app = Starlette(routes=[Route("/v1/items/{id}", answer)], lifespan=_living)
