"""Pictures wait to be used by those who sent them, so many at most: each test sends its own."""

import httpx2
import pytest
from fastapi import FastAPI

from api.domain.actors import Role
from tests.conftest import SignIn
from tests.faces import GraphQLFace, RestFace


@pytest.fixture
async def admin(sign_in: SignIn) -> str:
    """An administrator who has sent no picture yet."""
    return await sign_in(Role.ADMIN)


@pytest.fixture
def rest(client: httpx2.AsyncClient, app: FastAPI, admin: str) -> RestFace:
    """The shop over REST, for this administrator."""
    return RestFace(client, app.openapi(), admin)


@pytest.fixture
def graphql(client: httpx2.AsyncClient, admin: str) -> GraphQLFace:
    """The shop over GraphQL, for this administrator."""
    return GraphQLFace(client, admin)
