"""People change their names and what they do, through either door."""

import pytest

from api.domain.actors import PERMISSIONS, Role
from tests.accounts.test_faces import PASSWORD, a_user
from tests.conftest import SignIn
from tests.faces import Face, Refused


async def test_a_clerk_becomes_a_manager_at_once(face: Face) -> None:
    user = await a_user(face)
    token = await face.signed_in(None).call("issue_token", email=user["email"], password=PASSWORD)
    clerk = face.signed_in(f"Bearer {token['access_token']}")
    with pytest.raises(Refused, match="FORBIDDEN"):
        await clerk.call("create_category", name="Chairs", slug="chairs-of-a-clerk")

    changed = await face.call(
        "update_user", user_id=user["id"], role="MANAGER", name="M", expected_version=1
    )

    assert (changed["role"], changed["name"], changed["version"]) == ("MANAGER", "M", 2)
    assert (await clerk.call("get_me"))["user"]["role"] == "MANAGER"
    assert "catalog:write" in (await clerk.call("get_me"))["permissions"]


async def test_a_change_names_the_version_that_it_was_made_against(face: Face) -> None:
    user = await a_user(face)
    await face.call("update_user", user_id=user["id"], name="First", expected_version=1)

    with pytest.raises(Refused, match="VERSION_CONFLICT"):
        await face.call("update_user", user_id=user["id"], name="Second", expected_version=1)
    assert (await face.call("get_user", user_id=user["id"]))["name"] == "First"


async def test_only_a_customer_belongs_to_a_customer(face: Face) -> None:
    user = await a_user(face)
    customer = await face.call("create_customer", name="Alder & Sons")
    mine = {"user_id": user["id"], "customer_id": customer["id"]}

    with pytest.raises(Refused, match="VALIDATION_FAILED"):
        await face.call("update_user", **mine, expected_version=1)
    changed = await face.call("update_user", **mine, role="CUSTOMER", expected_version=1)
    assert changed["customer_id"] == customer["id"]
    with pytest.raises(Refused, match="VALIDATION_FAILED"):
        await face.call("update_user", user_id=user["id"], role="CLERK", expected_version=2)
    changed = await face.call(
        "update_user", user_id=user["id"], role="CLERK", customer_id=None, expected_version=2
    )
    assert changed["customer_id"] is None
    ghost = mine | {"customer_id": "customer_" + "0" * 32}
    with pytest.raises(Refused, match="VALIDATION_FAILED"):
        await face.call("update_user", **ghost, role="CUSTOMER", expected_version=3)


async def test_nobody_gives_themselves_another_role(face: Face, sign_in: SignIn) -> None:
    me = (await face.call("get_me"))["user"]

    with pytest.raises(Refused, match="CONFLICT"):
        await face.call(
            "update_user", user_id=me["id"], role="CLERK", expected_version=me["version"]
        )
    manager = face.signed_in(await sign_in(Role.MANAGER))
    with pytest.raises(Refused, match="FORBIDDEN"):
        await manager.call("update_user", user_id=me["id"], name="X", expected_version=1)


async def test_a_key_that_keeps_users_makes_nobody_who_may_do_more_than_it(
    face: Face,
) -> None:
    made = await face.call("create_api_key", name="Staff", scopes=["users:read", "users:write"])
    office = face.signed_in(f"Bearer {made['secret']}")
    clerk = await a_user(face)
    named = {"user_id": clerk["id"], "expected_version": clerk["version"]}

    for role in set(Role) - {Role.CLERK}:
        with pytest.raises(Refused, match="FORBIDDEN"):
            await a_user(office, role=role)
        with pytest.raises(Refused, match="FORBIDDEN"):
            await office.call("update_user", **named, role=role)
    assert (await face.call("get_user", user_id=clerk["id"]))["version"] == clerk["version"]
    assert (await office.call("update_user", **named, name="Bea"))["name"] == "Bea"


async def test_a_key_takes_no_role_away_that_it_could_not_give(face: Face) -> None:
    scopes = sorted(PERMISSIONS[Role.CLERK] | {"users:write"})
    made = await face.call("create_api_key", name="Staff", scopes=scopes)
    office = face.signed_in(f"Bearer {made['secret']}")
    chief, clerk = await a_user(face, role="ADMIN"), await a_user(office)

    with pytest.raises(Refused, match="FORBIDDEN"):
        await office.call("update_user", user_id=chief["id"], role="CLERK", expected_version=1)
    with pytest.raises(Refused, match="FORBIDDEN"):
        await office.call("update_user", user_id=clerk["id"], role="ADMIN", expected_version=1)
    assert (await face.call("get_user", user_id=chief["id"]))["role"] == "ADMIN"
