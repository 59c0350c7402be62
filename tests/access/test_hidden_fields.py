"""What nobody may read, nobody may ask for by filter, order, search or shape either."""

from typing import Any

import httpx2
import pytest
from graphql import get_named_type
from sqlalchemy import text

from api.database import Database
from api.domain.actors import Role
from api.domain.operations import OPERATIONS
from tests.access.customers import Owner, owners
from tests.conftest import SignIn
from tests.faces import SCHEMA, Face, Refused, RestFace, camel

HIDDEN = ("password_hash", "secret_hash", "previous_hash", "auth_version", "code_hash")
LISTS = sorted(name for name in OPERATIONS if name.startswith("list_"))
NEEDED = {"list_stock_as_of": {"at": "2100-01-01T00:00:00Z"}}
FAR = ({"customer": {"password_hash": {"eq": "x"}}}, {"OR": [{"password_hash": {"eq": "x"}}]})


def path_takes(rest: RestFace, operation: str, parameter: str) -> bool:
    """Whether the list has the parameter at all."""
    declared = rest.openapi["paths"][path_of(rest, operation)]["get"]["parameters"]
    return parameter in {it["name"] for it in declared}


def path_of(rest: RestFace, operation: str) -> str:
    return rest._route(operation)[1]


@pytest.mark.parametrize("operation", LISTS)
async def test_b56_no_list_is_asked_by_a_field_that_nobody_may_read(
    client: httpx2.AsyncClient, rest: RestFace, operation: str
) -> None:
    path, headers = path_of(rest, operation), {"Authorization": str(rest.authorization)}
    needed = NEEDED.get(operation, {})
    for name in HIDDEN:
        for params in ({name: "x"}, {f"{name}.eq": "x"}, {f"user.{name}": "x"}):
            answer = await client.get(path, params=needed | params, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (400, "UNKNOWN_FILTER"), params
        for params in ({"sort": name}, {"sort": f"-{name}"}, {"fields": name}, {"expand": name}):
            answer = await client.get(path, params=needed | params, headers=headers)
            taken = path_takes(rest, operation, next(iter(params)))
            expected = "VALIDATION_FAILED" if taken else "UNKNOWN_FILTER"
            assert answer.json()["code"] == expected, (params, answer.text)
        for where in ({name: {"eq": "x"}}, {"NOT": {name: {"gt": "x"}}}, *FAR):
            sent = {"where": where} | needed
            answer = await client.request("QUERY", path, json=sent, headers=headers)
            assert answer.json()["code"] == "UNKNOWN_FILTER", (where, answer.text)


@pytest.mark.parametrize("operation", LISTS)
async def test_b56_nor_over_graphql(
    client: httpx2.AsyncClient, rest: RestFace, operation: str
) -> None:
    field = next(iter(camel({operation.removeprefix("list_"): 0})))
    query_type = SCHEMA._schema.query_type
    assert query_type
    arguments = query_type.fields[field].args
    filter_type = get_named_type(arguments["where"].type).name
    order_type = get_named_type(arguments["orderBy"].type).name
    headers = {"Authorization": str(rest.authorization)}
    more = 'at: "2100-01-01T00:00:00Z" ' if operation in NEEDED else ""
    for name in HIDDEN:
        word = next(iter(camel({name: 0})))
        asked: list[tuple[str, str, object]] = [
            ("where", filter_type, {word: {"eq": "x"}}),
            ("where", filter_type, {"OR": [{word: {"startsWith": "x"}}]}),
            ("orderBy", f"[{order_type}!]", [{"field": name.upper()}]),
        ]
        for argument, type_, value in asked:
            asks = f"{field}({more}{argument}: $v) {{ nodes {{ __typename }} }}"
            sent = {"query": f"query Q($v: {type_}) {{ {asks} }}", "variables": {"v": value}}
            told = (await client.post("/graphql", json=sent, headers=headers)).json()
            assert told["errors"][0]["extensions"]["code"] == (
                "BAD_REQUEST" if argument == "orderBy" else "UNKNOWN_FILTER"
            ), (value, told)
            assert not (told.get("data") or {}).get(field)


async def test_b56_a_search_does_not_look_into_what_is_hidden(
    face: Face, database: Database, sign_in: SignIn
) -> None:
    bearer = await sign_in(Role.CLERK)
    user = (await face.signed_in(bearer).call("get_me"))["user"]
    async with database.read() as connection:
        asked = text("SELECT password_hash FROM users WHERE email = :email")
        [(hidden,)] = (await connection.execute(asked, {"email": user["email"]})).all()

    by_hash = await face.call("list_users", q=hidden[-40:])
    by_name = await face.call("list_users", q=user["email"])

    assert by_hash["data"] == []
    assert [found["id"] for found in by_name["data"]] == [user["id"]]


@pytest.fixture(scope="module")
async def pair(rest: RestFace, sign_in: SignIn) -> list[Owner]:
    return await owners(rest, sign_in, 2)


async def test_b57_no_tree_of_a_filter_reaches_around_the_owner(
    face: Face, pair: list[Owner]
) -> None:
    mine, other = pair
    caller, ids = face.signed_in(mine.authorization), other.ids
    hers = {"customer_id": {"eq": ids["customer"]}}
    nobodys = {"customer_id": {"nin": [mine.ids["customer"]]}}
    everything: dict[str, Any] = {"NOT": {"id": {"in": []}}}
    for where, own in (
        ({"OR": [hers, {"id": {"eq": ids["order"]}}]}, 0),
        ({"NOT": {"customer_id": {"eq": mine.ids["customer"]}}}, 0),
        ({"OR": [nobodys, hers]}, 0),
        ({"lines": {"some": {"id": {"eq": ids["line"]}}}}, 0),
        ({"id": {"in": []}}, 0),
        ({"OR": []}, None),
        ({"AND": [{"OR": [hers, everything]}]}, 1),
        ({"OR": [everything, {"NOT": hers}]}, 1),
        (everything, 1),
    ):
        page = await caller.call("list_orders", where=where, count=True)
        found = [row["id"] for row in page["data"]]
        assert set(found) <= {mine.ids["order"]}, where
        assert page["total_count"] == len(found)
        assert own is None or len(found) == own, where


async def test_b57_parcels_are_their_owners_however_they_are_asked_for(
    face: Face, pair: list[Owner]
) -> None:
    mine, other = pair
    caller = face.signed_in(mine.authorization)
    for where in (
        {"order": {"customer_id": {"eq": other.ids["customer"]}}},
        {"OR": [{"id": {"eq": other.ids["fulfillment"]}}, {"tracking": {"eq": other.marks[3]}}]},
    ):
        assert (await caller.call("list_fulfillments", where=where))["data"] == []
    with pytest.raises(Refused, match="FORBIDDEN"):  # an oracle of where things stand
        await caller.call("list_fulfillments", where={"location": {"code": {"eq": "L"}}})
