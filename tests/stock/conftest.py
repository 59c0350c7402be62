"""A shelf for each test."""

import pytest

from api.domain.scope import Scope
from tests.stock.warehouse import Shelf


@pytest.fixture
async def shelf(scope: Scope) -> Shelf:
    """An empty shelf."""
    return await Shelf.new(scope)
