"""What a key may not read by itself, it does not read by way of what it may read either."""

from typing import Any

import pytest

from tests.access.customers import Owner, owners
from tests.access.test_links import over_graphql, over_rest
from tests.conftest import SignIn
from tests.faces import Face, Refused, RestFace
from tests.factories import unique

ORACLES: tuple[dict[str, Any], ...] = (
    {"where": {"customer": {"email": {"is_null": False}}}},
    {"where": {"OR": [{"NOT": {"customer": {"name": {"contains": "a"}}}}]}},
    {"q": "Name"},
)


@pytest.fixture(scope="module")
async def owner(rest: RestFace, sign_in: SignIn) -> Owner:
    return (await owners(rest, sign_in, 1))[0]


async def key_of(face: Face, *scopes: str) -> str:
    made = await face.call("create_api_key", name=unique("till"), scopes=list(scopes))
    return f"Bearer {made['secret']}"


@pytest.mark.parametrize("whose", ["staff", "customer"])
async def test_b48_a_key_for_orders_tells_nothing_of_who_ordered(
    face: Face, rest: RestFace, owner: Owner, whose: str
) -> None:
    person = face if whose == "staff" else face.signed_in(owner.authorization)
    key = await key_of(person, "orders:read")
    caller = face.signed_in(key)

    assert (await caller.call("list_orders"))["data"]
    for asked in ORACLES:
        with pytest.raises(Refused, match="FORBIDDEN") as refused:
            await caller.call("list_orders", **asked)
        assert "customers:read" in str(refused.value)
    with pytest.raises(Refused, match="FORBIDDEN"):
        await caller.call("list_fulfillments", where={"order": ORACLES[0]["where"]})
    bearer = Owner(key, owner.ids, owner.marks)
    for ask in (over_rest, over_graphql):
        code, told = await ask(rest.client, bearer, "customer")
        assert code == "FORBIDDEN"
        assert owner.marks[0] not in str(told)


async def test_b48_a_key_for_orders_opens_no_customer_as_a_node(
    face: Face, rest: RestFace, owner: Owner
) -> None:
    query = {"query": f'{{ node(id: "{owner.ids["customer"]}") {{ id }} }}'}
    for scopes, code in ((["orders:read"], "FORBIDDEN"), (["orders:read", "customers:read"], "")):
        headers = {"Authorization": await key_of(face, *scopes)}
        told = (await rest.client.post("/graphql", json=query, headers=headers)).json()
        assert told.get("errors", [{"extensions": {"code": ""}}])[0]["extensions"]["code"] == code


async def test_b48_with_both_scopes_orders_lead_to_customers(face: Face, owner: Owner) -> None:
    both = face.signed_in(await key_of(face, "orders:read", "customers:read"))

    found = await both.call("list_orders", q=owner.marks[0])

    assert [order["id"] for order in found["data"]] == [owner.ids["order"]]


async def test_b48_customers_read_themselves_and_nobody_else(
    face: Face, rest: RestFace, owner: Owner
) -> None:
    other = await rest.call("create_customer", name="Bob")
    caller = face.signed_in(owner.authorization)

    page = await caller.call("list_customers", count=True)

    assert ([row["id"] for row in page["data"]], page["total_count"]) == (
        [owner.ids["customer"]],
        1,
    )
    assert (await caller.call("list_customers", where={"id": {"eq": other["id"]}}))["data"] == []
