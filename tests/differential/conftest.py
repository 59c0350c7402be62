"""A shop of its own, in which nothing changes while both sides are asked."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from api.settings import Settings
from tests.conftest import TEMPLATE, create_database, settings_for
from tests.differential import shop
from tests.differential.proof import Proof, prepared
from tests.differential.shop import Callers


@pytest.fixture(scope="session")
async def shop_settings(server: str, worker_id: str) -> Settings:
    """The settings of both sides."""
    return settings_for(await create_database(server, f"differential_{worker_id}", TEMPLATE))


@pytest.fixture(scope="session")
async def callers(shop_settings: Settings) -> Callers:
    """Everyone who may ask, once the shop is open."""
    return await shop.opened(shop_settings)


@pytest.fixture(scope="module")
async def proof(shop_settings: Settings, callers: Callers) -> AsyncIterator[Proof]:
    """The engine beside graphql-core."""
    async with prepared(shop_settings, callers) as proof:
        yield proof


@pytest.fixture
def twins(proof: Proof) -> Proof:
    """graphql-core beside itself."""
    return Proof(proof.schema, proof.goods, replace(proof.reference), proof.reference)
