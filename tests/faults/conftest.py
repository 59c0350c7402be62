"""Premises that faults can happen to; when the servers have ended, their books must be right."""

import os
import random
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from tests.conftest import TEMPLATE, create_database
from tests.faults.premises import PATIENT, Premises, opened

SEED = "STOCKROOM_TEST_SEED"


@pytest.fixture
def chance() -> random.Random:
    """Chance that can be had again: a failed test shows its seed."""
    seed = os.environ.get(SEED) or str(random.SystemRandom().randrange(10**9))
    print(f"To have it again: {SEED}={seed}")  # noqa: T201
    return random.Random(seed)


@pytest.fixture
async def premises(own_database_url: str) -> AsyncIterator[Premises]:
    """A shop on a database of its own, with no server yet."""
    async with opened(own_database_url) as premises:
        yield premises


@pytest.fixture(scope="session")
async def open_premises(server: str) -> AsyncIterator[Premises]:
    """One shop for many tests, with two servers that let everybody wait."""
    url = await create_database(server, f"own_{uuid4().hex}", TEMPLATE)
    async with opened(url) as premises:
        await premises.serve(2, **PATIENT)
        yield premises


@pytest.fixture
async def street(open_premises: Premises) -> AsyncIterator[Premises]:
    """The same shop, whose books are looked at after each test."""
    yield open_premises
    assert await open_premises.differences() == []
