"""SQL statements per list: as many for ten rows as for one, links and all, on either face."""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI
from graphql import GraphQLList, GraphQLNonNull, GraphQLObjectType, is_leaf_type

from api.cli import parity
from api.domain.actors import SYSTEM
from api.domain.operations import OPERATIONS
from api.domain.scope import Scope
from api.main import create_app
from tests.conftest import TEMPLATE, an_admin, create_database, sent_to, settings_for
from tests.faces import SCHEMA, RestFace
from tests.factories import a_category, an_item, unique
from tests.sign_ins import session_of

LISTS = sorted(name for name in OPERATIONS if name.startswith("list_"))
ROWS = 10
MOST = 12  # with every link there is, two deep
NEEDED = {"list_stock_as_of": 'at: "2100-01-01T00:00:00Z"'}


@pytest.fixture(scope="module")
async def shop(server: str) -> AsyncIterator[FastAPI]:
    """A shop where everything is linked to something, so that rows cost the same."""
    url = await create_database(server, f"counted_{uuid4().hex}", TEMPLATE)
    app = create_app(settings_for(url))
    yield app
    await app.state.resources.database.close()


@pytest.fixture(scope="module")
async def client(shop: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=shop)
    async with httpx2.AsyncClient(transport=transport, base_url="http://counted") as client:
        yield client


@pytest.fixture(scope="module")
async def authorization(shop: FastAPI) -> str:
    return await an_admin(shop.state.resources.database)


@pytest.fixture(scope="module")
async def rest(shop: FastAPI, client: httpx2.AsyncClient, authorization: str) -> RestFace:
    return RestFace(client, shop.openapi(), authorization)


@pytest.fixture
def statements(shop: FastAPI) -> Iterator[list[str]]:
    with sent_to(shop.state.resources.database) as sent:
        yield sent


@pytest.fixture(scope="module")
async def busy_shop(shop: FastAPI, rest: RestFace) -> None:
    """More than ten of everything, each linked to things of its own."""
    resources = shop.state.resources
    scope = Scope(resources.database, SYSTEM, resources.keyring)
    me = (await rest.call("get_me"))["user"]
    for number in range(ROWS + 2):
        await session_of(scope, me["id"])
        category = await a_category(rest)
        item = await an_item(rest, category_id=category["id"])
        location = await rest.call("create_location", code=unique("L"), name="Depot")
        customer = await rest.call("create_customer", name=f"Buyer {number}")
        await rest.call(
            "receive_stock",
            item_id=item["id"],
            location_id=location["id"],
            quantity=50,
            key=unique("key"),
        )
        order = await rest.call(
            "place_order",
            customer_id=customer["id"],
            lines=[{"item_id": item["id"], "quantity": 2}],
            key=unique("key"),
        )
        await rest.call("fulfill_order", order_id=order["id"], key=unique("key"))
        await rest.call("create_api_key", name=f"Key {number}", scopes=["catalog:read"])
        await rest.call(
            "create_user",
            email=f"{unique('u')}@example.com",
            name="Somebody",
            role="VIEWER",
            password="correct horse battery",
        )


def with_links(type_: Any, depth: int = 2) -> str:
    """A selection with every link, to a depth of two."""
    while isinstance(type_, GraphQLNonNull | GraphQLList):
        type_ = type_.of_type
    if is_leaf_type(type_):
        return ""
    assert isinstance(type_, GraphQLObjectType)
    parts = []
    for name, field in type_.fields.items():
        inner = field.type
        while isinstance(inner, GraphQLNonNull | GraphQLList):
            inner = inner.of_type
        if is_leaf_type(inner):
            parts.append(name)
        elif depth and not field.args:
            parts.append(f"{name} {with_links(inner, depth - 1)}")
    return f"{{ {' '.join(parts)} }}"


@pytest.mark.parametrize("operation", LISTS)
async def test_a_graphql_list_costs_as_many_statements_for_ten_rows_as_for_one(
    busy_shop: None,
    authorization: str,
    client: httpx2.AsyncClient,
    statements: list[str],
    operation: str,
) -> None:
    name = parity.graphql_name(operation)
    query = SCHEMA._schema.query_type
    assert query
    connection = query.fields[name].type
    assert isinstance(connection, GraphQLObjectType)
    nodes = with_links(connection.fields["nodes"].type)
    counts = []
    for first in (1, ROWS):
        arguments = f"first: {first} {NEEDED.get(operation, '')}"
        text = f"{{ {name}({arguments}) {{ nodes {nodes} totalCount }} }}"
        statements.clear()
        headers = {"Authorization": authorization}
        answer = (await client.post("/graphql", json={"query": text}, headers=headers)).json()
        assert "errors" not in answer, answer
        assert len(answer["data"][name]["nodes"]) == first
        counts.append(len(without_credentials(statements)))

    assert counts[0] == counts[1], statements
    assert counts[1] <= MOST, statements


@pytest.mark.parametrize("operation", LISTS)
async def test_a_rest_list_costs_as_many_statements_for_ten_rows_as_for_one(
    busy_shop: None, rest: RestFace, statements: list[str], operation: str
) -> None:
    counts = []
    for first in (1, ROWS):
        needed = {"at": "2100-01-01T00:00:00Z"} if operation in NEEDED else {}
        statements.clear()
        page = await rest.call(operation, first=first, **needed)
        assert len(page["data"]) == first
        counts.append(len(without_credentials(statements)))

    assert counts[0] == counts[1], statements
    assert counts[1] <= MOST, statements


def without_credentials(statements: list[str]) -> list[str]:
    """The tests believe no credential for long, so each request asks for its user; a server does
    not.
    """
    asked = re.compile(r"SELECT users\.role, users\.customer_id\s+FROM users")
    return [statement for statement in statements if not asked.match(statement)]
