"""A shop for the tests of orders."""

import pytest

from api.database import Database
from tests.orders.shop import Shop


@pytest.fixture
async def shop(database: Database) -> Shop:
    """A shop with a clerk, on the worker's database."""
    return await Shop.open(database)
