"""Who may come in, and what they may do, through either door."""

from typing import Any

import pytest
from sqlalchemy import text

from api.database import Database
from api.domain.actors import PERMISSIONS, Role
from api.domain.operations import OPERATIONS, Kind
from api.domain.passwords import Passwords
from tests.conftest import CHEAP, SignIn
from tests.faces import Face, Refused
from tests.factories import an_item, unique

PASSWORD = "correct horse battery"


async def a_user(face: Face, **more: Any) -> dict[str, Any]:
    sent = {
        "email": f"{unique('someone')}@example.com",
        "name": "Some One",
        "role": "CLERK",
        "password": PASSWORD,
        **more,
    }
    user: dict[str, Any] = await face.call("create_user", **sent)
    return user


async def test_a_new_user_signs_in_and_is_known(face: Face) -> None:
    user = await a_user(face)

    token = await face.signed_in(None).call(
        "issue_token", email=user["email"].upper(), password=PASSWORD
    )
    me = await face.signed_in(f"Bearer {token['access_token']}").call("get_me")

    assert token["token_type"] == "bearer"
    assert me["user"] == user
    assert set(me["permissions"]) == {str(right) for right in PERMISSIONS[Role.CLERK]}


async def test_a_wrong_password_and_an_unknown_address_are_told_alike(face: Face) -> None:
    user = await a_user(face)
    nobody = face.signed_in(None)
    told = []
    for email in (user["email"], "nobody@example.com"):
        with pytest.raises(Refused, match="UNAUTHENTICATED") as refused:
            await nobody.call("issue_token", email=email, password="wrong horse battery")
        told.append(str(refused.value))

    assert told[0] == told[1]


async def test_who_signs_in_has_a_hash_as_dear_as_the_settings_say(
    face: Face, database: Database
) -> None:
    user = await a_user(face)
    dated = await Passwords(16, 1).hashed(PASSWORD)
    of_user = {"email": user["email"], "dated": dated}
    async with database.write() as session:
        await session.execute(
            text("UPDATE users SET password_hash = :dated WHERE email = :email"), of_user
        )
        await session.commit()

    for _ in range(2):
        await face.signed_in(None).call("issue_token", email=user["email"], password=PASSWORD)

    async with database.read() as connection:
        kept = text("SELECT password_hash FROM users WHERE email = :email")
        hash = await connection.scalar(kept, of_user)
    assert f"$m={CHEAP.kibibytes},t={CHEAP.passes},p=1$" in hash


async def test_a_disabled_user_is_out_at_once_and_an_enabled_one_in_again(face: Face) -> None:
    user = await a_user(face)
    login = {"email": user["email"], "password": PASSWORD}
    token = await face.signed_in(None).call("issue_token", **login)
    bearer = face.signed_in(f"Bearer {token['access_token']}")

    disabled = await face.call("disable_user", user_id=user["id"])

    assert disabled["disabled_at"] is not None
    with pytest.raises(Refused, match="UNAUTHENTICATED"):
        await bearer.call("get_me")
    with pytest.raises(Refused, match="UNAUTHENTICATED"):
        await face.signed_in(None).call("issue_token", **login)
    await face.call("enable_user", user_id=user["id"])
    with pytest.raises(Refused, match="UNAUTHENTICATED"):
        await bearer.call("get_me")
    with pytest.raises(Refused, match="UNAUTHENTICATED"):
        await face.signed_in(None).call("refresh_token", refresh_token=token["refresh_token"])
    again = await face.signed_in(None).call("issue_token", **login)
    bearer = face.signed_in(f"Bearer {again['access_token']}")
    assert (await bearer.call("get_me"))["user"]["email"] == user["email"]


async def test_nobody_disables_themselves(face: Face) -> None:
    me = await face.call("get_me")

    with pytest.raises(Refused, match="CONFLICT"):
        await face.call("disable_user", user_id=me["user"]["id"])


async def test_an_email_address_belongs_to_one_user(face: Face) -> None:
    user = await a_user(face)

    with pytest.raises(Refused, match="DUPLICATE"):
        await a_user(face, email=user["email"].upper())


async def test_an_api_key_does_what_its_scopes_say_and_no_more(face: Face) -> None:
    made = await face.call("create_api_key", name="Till", scopes=["catalog:read"])
    till = face.signed_in(f"Bearer {made['secret']}")

    assert made["secret"].startswith(f"sr_{made['api_key']['prefix']}_")
    assert (await till.call("list_items", first=1))["data"] is not None
    with pytest.raises(Refused, match="FORBIDDEN"):
        await an_item(till)
    with pytest.raises(Refused, match="FORBIDDEN"):
        await till.call("create_api_key", name="More", scopes=["catalog:write"])


async def test_a_revoked_key_opens_nothing(face: Face) -> None:
    made = await face.call("create_api_key", name="Lost", scopes=["catalog:read"])
    await face.call("revoke_api_key", api_key_id=made["api_key"]["id"])

    with pytest.raises(Refused, match="UNAUTHENTICATED"):
        await face.signed_in(f"Bearer {made['secret']}").call("list_items", first=1)


async def test_nobody_gives_away_what_they_may_not_do(face: Face, sign_in: SignIn) -> None:
    viewer = face.signed_in(await sign_in(Role.VIEWER))

    with pytest.raises(Refused, match="FORBIDDEN"):
        await viewer.call("create_api_key", name="Sly", scopes=["users:write"])


async def test_keys_of_others_are_not_there(face: Face, sign_in: SignIn) -> None:
    mine = await face.call("create_api_key", name="Mine", scopes=["catalog:read"])
    other = face.signed_in(await sign_in(Role.ADMIN))

    assert (await other.call("list_api_keys"))["data"] == []
    with pytest.raises(Refused, match="NOT_FOUND"):
        await other.call("revoke_api_key", api_key_id=mine["api_key"]["id"])


QUERIES = sorted(name for name, entry in OPERATIONS.items() if entry.kind is Kind.QUERY)


@pytest.mark.parametrize("role", [None, *Role])
async def test_a_role_reads_what_it_may_and_nothing_else(
    face: Face, sign_in: SignIn, role: Role | None
) -> None:
    caller = face.signed_in(await sign_in(role) if role else None)
    allowed = PERMISSIONS[role] if role else frozenset()
    for name in QUERIES:
        if not name.startswith("list_") or name == "list_stock_as_of":
            continue
        if OPERATIONS[name].permission in allowed:
            await caller.call(name, first=1)
        else:
            with pytest.raises(Refused, match="UNAUTHENTICATED" if role is None else "FORBIDDEN"):
                await caller.call(name, first=1)
