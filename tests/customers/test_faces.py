"""Customers, through either door."""

import pytest

from api.domain.actors import Role
from tests.conftest import SignIn
from tests.faces import Face, GraphQLFace, Refused, RestFace
from tests.factories import unique


async def test_a_customer_is_found_by_id_and_by_reference(face: Face) -> None:
    ref = unique("CRM")
    made = await face.call("create_customer", name="Ada", email="Ada@Example.com", external_ref=ref)

    assert (made["name"], made["email"], made["version"]) == ("Ada", "ada@example.com", 1)
    assert await face.call("get_customer", customer_id=made["id"]) == made
    assert await face.call("get_customer", customer_id=f"ref:{ref}") == made


async def test_two_customers_cannot_share_a_reference(face: Face) -> None:
    ref = unique("CRM")
    await face.call("create_customer", name="Ada", external_ref=ref)

    with pytest.raises(Refused, match="DUPLICATE"):
        await face.call("create_customer", name="Bob", external_ref=ref)


async def test_a_change_names_what_changes_and_leaves_the_rest(face: Face) -> None:
    made = await face.call("create_customer", name="Ada", email="ada@example.com")

    changed = await face.call(
        "update_customer", customer_id=made["id"], email=None, expected_version=1
    )

    assert changed == made | {"email": None, "version": 2}
    with pytest.raises(Refused, match="VERSION_CONFLICT"):
        await face.call("update_customer", customer_id=made["id"], name="Eve", expected_version=1)
    with pytest.raises(Refused, match="VALIDATION_FAILED"):
        await face.call("update_customer", customer_id=made["id"], name=None, expected_version=2)


async def test_customers_are_searched_by_name_address_and_reference(
    rest: RestFace, graphql: GraphQLFace
) -> None:
    word = unique("Lovelace")
    by_name = await rest.call("create_customer", name=f"Ada {word}")
    by_ref = await rest.call("create_customer", name="Bob", external_ref=word)
    order = [{"field": "NAME"}]

    for face in (rest, graphql):
        page = await face.call("list_customers", q=word.lower(), order_by=order)
        assert page["data"] == [by_name, by_ref]


async def test_a_customer_looks_up_itself_and_no_other(face: Face, sign_in: SignIn) -> None:
    made, other = [await face.call("create_customer", name=name) for name in ("Ada", "Bob")]
    ada = face.signed_in(await sign_in(Role.CUSTOMER, customer_id=made["id"]))

    assert (await ada.call("list_customers"))["data"] == [made]
    assert await ada.call("get_customer", customer_id=made["id"]) == made
    with pytest.raises(Refused, match="NOT_FOUND"):
        await ada.call("get_customer", customer_id=other["id"])
