"""API keys that are nearly right: what is asked of the database, and what it holds."""

import hashlib

import httpx2
import pytest
from sqlalchemy import text

from api.database import Database
from api.domain.accounts.tokens import KeyText
from tests.faces import RestFace

ME = {"query": "{ me { user { id } } }"}


async def knock(client: httpx2.AsyncClient, key: str) -> set[tuple[int, str]]:
    """What both doors say to the bearer of a key."""
    headers = {"Authorization": f"Bearer {key}"}
    rest = await client.get("/v1/me", headers=headers)
    graphql = await client.post("/graphql", json=ME, headers=headers)
    if rest.is_success and "errors" not in graphql.json():
        return {(200, "")}
    code = graphql.json()["errors"][0]["extensions"]["code"]
    return {(rest.status_code, rest.json()["code"]), (graphql.status_code, code)}


@pytest.fixture
async def key(rest: RestFace) -> str:
    made = await rest.call("create_api_key", name="Till", scopes=["profile:read"])
    return str(made["secret"])


async def test_b47_a_key_with_a_wrong_checksum_is_refused_without_asking_the_database(
    client: httpx2.AsyncClient, key: str, statements: list[str]
) -> None:
    wrong = key[:-1] + ("0" if key[-1] != "0" else "1")
    parts = key.split("_")
    swapped = "_".join([parts[0], parts[1], parts[2][::-1], parts[3]])
    statements.clear()

    for bad in (wrong, swapped, key[:-1], key + "0", key.replace("_", "-")):
        assert await knock(client, bad) == {(401, "UNAUTHENTICATED")}

    assert statements == []
    assert await knock(client, key) == {(200, "")}
    assert statements != []


async def test_b47_the_prefix_of_somebodys_key_with_another_secret_opens_nothing(
    client: httpx2.AsyncClient, key: str, statements: list[str]
) -> None:
    forged = str(KeyText(key.split("_")[1], "0" * 64))
    statements.clear()

    assert await knock(client, forged) == {(401, "UNAUTHENTICATED")}
    assert statements != []


async def test_b47_the_database_holds_the_prefix_of_a_key_and_the_hash_of_its_secret(
    rest: RestFace, database: Database, key: str
) -> None:
    _, prefix, secret, checksum = key.split("_")
    async with database.read() as connection:
        asked = text("SELECT secret_hash, k::text FROM api_keys k WHERE prefix = :prefix")
        [(kept, row)] = (await connection.execute(asked, {"prefix": prefix})).all()

    assert kept == hashlib.sha256(secret.encode()).digest()
    assert secret not in row
    assert secret.encode().hex() not in row
    assert checksum not in row
    listed = await rest.call("list_api_keys")
    assert secret not in str(listed)


@pytest.mark.parametrize("second", ["a key", "a token"])
async def test_b48_two_credentials_at_once_are_refused(
    client: httpx2.AsyncClient, admin: str, key: str, second: str
) -> None:
    other = admin if second == "a token" else f"Bearer {key}"
    both = [("Authorization", f"Bearer {key}"), ("Authorization", other)]

    rest = await client.get("/v1/me", headers=both)
    graphql = await client.post("/graphql", json=ME, headers=both)

    assert (rest.status_code, rest.json()["code"]) == (400, "BAD_REQUEST")
    assert graphql.status_code == 400
    assert graphql.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
