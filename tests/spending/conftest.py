"""Shops where little may be spent, over the database that all tests share."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx2
import pytest

from api.database import Database
from api.main import create_app
from api.settings import Settings

HERE = ("192.0.2.1", 4000)
ELSEWHERE = ("192.0.2.2", 4000)
Open = Callable[..., Any]


@asynccontextmanager
async def opened(settings: Settings, **limits: Any) -> AsyncIterator[Callable[..., Any]]:
    """A shop with these limits; gives what makes clients of it, which come from `peer`."""
    app = create_app(settings.model_copy(update={"rate_limit_seconds": 60, **limits}))
    async with AsyncExitStack() as stack:

        async def client(
            authorization: str | None = None, peer: tuple[str, int] = HERE
        ) -> httpx2.AsyncClient:
            headers = {"authorization": authorization} if authorization else {}
            transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False, client=peer)
            made = httpx2.AsyncClient(transport=transport, base_url="http://shop", headers=headers)
            return await stack.enter_async_context(made)

        yield client
    await app.state.resources.close()


@pytest.fixture
async def open_shop(settings: Settings, database: Database) -> AsyncIterator[Open]:
    """Opens shops for one test."""
    async with AsyncExitStack() as stack:

        async def make(**limits: Any) -> Callable[..., Any]:
            return await stack.enter_async_context(opened(settings, **limits))

        yield make
