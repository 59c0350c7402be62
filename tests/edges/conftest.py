"""Shops with other settings than the rest of the tests have, on the same database."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from api.main import create_app
from api.settings import Settings

ORIGIN = "https://till.example"
OpenShop = Callable[..., AbstractAsyncContextManager[httpx2.AsyncClient]]


def code_of(answer: httpx2.Response) -> str:
    """The code of a refusal, whichever face gave it; it must say its trace there too."""
    told = answer.json()
    if "errors" in told and "code" not in told:
        [error] = told["errors"]
        told = error["extensions"]
    else:
        assert answer.headers["content-type"] == "application/problem+json"
    assert told["trace_id"] == answer.headers["x-request-id"]
    return str(told["code"])


@pytest.fixture
def make_app(settings: Settings) -> Callable[..., FastAPI]:
    """Makes an application whose settings differ in what is named."""

    def make(**changed: Any) -> FastAPI:
        told = settings.model_dump() | changed
        told["DATABASE_URL"] = told.pop("database_url")
        return create_app(Settings(_env_file=None, **told))

    return make


@pytest.fixture
def open_shop(make_app: Callable[..., FastAPI]) -> OpenShop:
    """Opens a shop whose settings differ in what is named."""

    @asynccontextmanager
    async def opened(base_url: str = "http://shop", **changed: Any) -> AsyncIterator[Any]:
        app = make_app(**changed)
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url=base_url) as client:
            yield client
        await app.state.resources.close()

    return opened
