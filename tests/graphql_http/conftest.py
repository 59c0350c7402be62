"""The corner shop, over real sockets and without them."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest

from tests.graphql_http.shop import make_app
from tests.serving import served


@pytest.fixture(scope="session")
def app_url() -> Iterator[str]:
    """The GraphQL address of the shop, served by uvicorn on a free port."""
    with served(make_app()) as address:
        yield f"{address}/graphql"


@pytest.fixture
async def street(app_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A client that reaches the shop as strangers do: over a socket."""
    async with httpx2.AsyncClient(base_url=app_url.removesuffix("/graphql")) as client:
        yield client


@pytest.fixture
async def shop() -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=make_app())
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop") as client:
        yield client


class Asker:
    """Sends GraphQL as a careful client does, and gives back the answer whole."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    async def __call__(self, query: str, **parameters: Any) -> httpx2.Response:
        return await self.client.post(
            "/graphql",
            json={"query": query, **parameters},
            headers={"accept": "application/graphql-response+json"},
        )


@pytest.fixture
def ask(shop: httpx2.AsyncClient) -> Asker:
    return Asker(shop)


def codes(answer: httpx2.Response) -> list[str]:
    return [error["extensions"]["code"] for error in answer.json()["errors"]]
