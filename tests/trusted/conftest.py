"""Shops that take documents by their hashes, over the database that all tests share."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI

from api.database import Database
from api.main import create_app
from api.settings import Settings

Open = Callable[..., Any]


def a_document() -> str:
    """A text that no other test has stored."""
    return f"query Shelf{uuid4().hex} {{ items(first: 3) {{ nodes {{ id }} }} }}"


@pytest.fixture
async def open_app(settings: Settings, database: Database) -> AsyncIterator[Callable[..., FastAPI]]:
    """Makes applications with these settings for one test."""
    made: list[FastAPI] = []

    def make(**changed: Any) -> FastAPI:
        made.append(create_app(settings.model_copy(update=changed)))
        return made[-1]

    yield make
    for app in made:
        await app.state.resources.close()


@pytest.fixture
async def open_shop(open_app: Callable[..., FastAPI], admin: str) -> AsyncIterator[Open]:
    """Makes clients of shops with these settings, for an administrator."""
    async with AsyncExitStack() as stack:

        async def make(**changed: Any) -> httpx2.AsyncClient:
            transport = httpx2.ASGITransport(app=open_app(**changed), raise_app_exceptions=False)
            client = httpx2.AsyncClient(
                transport=transport, base_url="http://shop", headers={"authorization": admin}
            )
            return await stack.enter_async_context(client)

        yield make
