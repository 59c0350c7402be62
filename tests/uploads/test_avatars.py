"""The picture that a user is known by."""

import httpx2
import pytest

from api.domain.actors import Role
from tests.conftest import SignIn
from tests.faces import Face, Refused, RestFace
from tests.uploads.pictures import picture, post, send_picture


@pytest.fixture
async def buyer(sign_in: SignIn) -> str:
    return await sign_in(Role.CUSTOMER)


async def avatar_of(rest: RestFace) -> str | None:
    me = await rest.call("get_me", expand="user.avatar")
    avatar = me["user"]["avatar"]
    return avatar and str(avatar["id"])


async def test_everyone_chooses_a_picture_of_their_own(
    rest: RestFace, face: Face, buyer: str, client: httpx2.AsyncClient
) -> None:
    mine, me = face.signed_in(buyer), rest.signed_in(buyer)
    first, second = [await send_picture(me, picture(color=it)) for it in ("gold", "navy")]
    known = await mine.call("set_avatar", upload_id=first["id"])
    again = await mine.call("set_avatar", upload_id=first["id"])
    changed = await mine.call("set_avatar", upload_id=second["id"])

    assert (known["id"], known["expires_at"]) == (again["id"], None) == (first["id"], None)
    assert changed["id"] == second["id"] == await avatar_of(me)
    assert (await client.get(first["url"])).status_code == 404
    assert (await client.get(changed["url"])).status_code == 200


async def test_an_avatar_is_sent_as_a_form(rest: RestFace, buyer: str) -> None:
    me = rest.signed_in(buyer)
    file = ("file", ("me.png", picture()))
    sent = await post(me, "/v1/me/avatar", file, method="PUT", alt="Me, in the sun")

    assert (sent.status_code, sent.json()["alt"]) == (200, "Me, in the sun")
    assert await avatar_of(me) == sent.json()["id"]


async def test_an_avatar_is_taken_away(rest: RestFace, face: Face, buyer: str) -> None:
    me, mine = rest.signed_in(buyer), face.signed_in(buyer)
    await mine.call("set_avatar", upload_id=(await send_picture(me))["id"])
    left = [await mine.call("remove_avatar") for _ in range(2)]

    assert left[0]["id"] == left[1]["id"]
    assert await avatar_of(me) is None


async def test_nobody_is_known_by_a_picture_that_another_sent(
    rest: RestFace, face: Face, buyer: str, sign_in: SignIn
) -> None:
    theirs = await send_picture(rest.signed_in(await sign_in(Role.CUSTOMER)))
    with pytest.raises(Refused, match="NOT_FOUND"):
        await face.signed_in(buyer).call("set_avatar", upload_id=theirs["id"])
    with pytest.raises(Refused, match="UNAUTHENTICATED"):
        await face.signed_in(None).call("set_avatar", upload_id=theirs["id"])

    assert await avatar_of(rest.signed_in(buyer)) is None


async def test_staff_see_the_avatars_of_users_in_one_statement(
    rest: RestFace, sign_in: SignIn, statements: list[str]
) -> None:
    for _ in range(3):
        one = rest.signed_in(await sign_in(Role.VIEWER))
        await one.call("set_avatar", upload_id=(await send_picture(one))["id"])
    order = [{"field": "CREATED_AT", "direction": "DESC"}]
    statements.clear()
    page = await rest.call("list_users", first=3, order_by=order, expand="avatar")

    assert all(user["avatar"]["avatar_of"] == user["id"] for user in page["data"])
    assert len([it for it in statements if "FROM uploads" in it]) == 1
