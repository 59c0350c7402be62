"""A way to read what a parameter was refused with."""

from collections.abc import Awaitable, Callable

import httpx2
import pytest


@pytest.fixture
def doors_get(
    client: httpx2.AsyncClient, admin: str
) -> Callable[[str], Awaitable[tuple[int, str]]]:
    async def get(path: str) -> tuple[int, str]:
        answer = await client.get(path, headers={"Authorization": admin})
        return answer.status_code, answer.json()["detail"]

    return get
