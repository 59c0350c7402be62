"""A shop where everything leads to something."""

import pytest

from tests.faces import RestFace
from tests.factories import a_linked_shop


@pytest.fixture(scope="session")
async def linked_shop(rest: RestFace) -> None:
    """Items at two places each, in categories that stand in another, and orders of them."""
    await a_linked_shop(rest)
