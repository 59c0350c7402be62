"""What a clever customer, a careless clerk or a stolen key would try, over either door."""

import asyncio

import pytest

from api.domain.actors import Role
from tests.access.customers import Owner, owners
from tests.conftest import DATA, SignIn
from tests.faces import Face, GraphQLFace, Refused, RestFace
from tests.factories import an_item, unique
from tests.kernel.test_trying_out import an_upload
from tests.letters import Mailbox
from tests.stock.test_abuse import a_shelf, told

PASSWORD = "correct horse battery"


@pytest.fixture
async def pair(rest: RestFace, sign_in: SignIn) -> list[Owner]:
    return await owners(rest, sign_in, 2)


async def test_b110_a_key_without_the_right_gets_no_stored_answer_of_its_owner(
    face: Face,
) -> None:
    at = await a_shelf(face, 5)
    sent = {"lines": [{"item_id": at["item_id"], "quantity": 1}], "key": unique("key")}
    await face.call("place_order", **sent)
    made = await face.call("create_api_key", name="Till", scopes=["catalog:read"])

    thief = face.signed_in(f"Bearer {made['secret']}")

    assert await told(thief.call("place_order", **sent)) == "FORBIDDEN"


async def test_b111_a_cursor_of_somebody_else_shows_ones_own_rows_or_none(
    rest: RestFace, graphql: GraphQLFace, pair: list[Owner]
) -> None:
    mine, other = pair
    cursors = []
    for owner in pair:
        page = await rest.signed_in(owner.authorization).call("list_orders")
        cursors.append(page["page_info"]["start_cursor"])
    for face in (rest, graphql):
        caller: Face = face.signed_in(mine.authorization)
        for way in ("after", "before"):
            sent = {way: cursors[1], "last" if way == "before" else "first": 5}
            page = await caller.call("list_orders", **sent)
            assert {row["id"] for row in page["data"]} <= {mine.ids["order"]}
            for elsewhere in ("list_fulfillments", "list_customers", "list_api_keys"):
                assert await told(caller.call(elsewhere, **sent)) == "INVALID_CURSOR"
    assert other.ids["order"] != mine.ids["order"]


async def test_b112_a_tag_of_another_caller_or_shape_says_nothing_of_this_one(
    rest: RestFace, pair: list[Owner]
) -> None:
    mine, other = pair
    path = f"/v1/orders/{mine.ids['order']}"
    headers = {"Authorization": mine.authorization}
    whole = await rest.client.get(path, headers=headers)
    short = await rest.client.get(path, params={"fields": "id,status"}, headers=headers)
    assert whole.headers["etag"] != short.headers["etag"]

    for tag, params, who, status in (
        (whole.headers["etag"], {"fields": "id,status"}, mine, 200),
        (short.headers["etag"], {}, mine, 200),
        (whole.headers["etag"], {}, mine, 304),
        (whole.headers["etag"], {}, other, 404),
        ("*", {}, other, 404),
    ):
        sent = {"Authorization": who.authorization, "If-None-Match": tag}
        answer = await rest.client.get(path, params=params, headers=sent)
        assert answer.status_code == status, (tag, params)


@pytest.mark.parametrize("alias", ["\u212aelvin{}@example.com", "KELVIN{}@EXAMPLE.COM"])
async def test_b113_an_address_in_other_letters_is_the_same_account_or_another_mailbox(
    face: Face, alias: str
) -> None:
    word = unique("x").lower()
    mine, other = f"kelvin{word}@example.com", alias.format(word)
    await face.call("create_user", email=mine, name="Kelvin", role="CLERK", password=PASSWORD)

    code = await told(
        face.call("create_user", email=other, name="No", role="CLERK", password=PASSWORD)
    )
    await face.call("request_password_reset", email=other)
    letter = await Mailbox(DATA, mine).code()

    assert code == "DUPLICATE"
    assert letter


async def test_b114_who_logs_out_while_a_twin_refreshes_is_out(face: Face) -> None:
    email = f"{unique('u')}@example.com"
    await face.call("create_user", email=email, name="U", role="CLERK", password=PASSWORD)
    for _ in range(10):
        token = await face.call("issue_token", email=email, password=PASSWORD)
        me = face.signed_in(f"Bearer {token['access_token']}")
        sent = {"refresh_token": token["refresh_token"]}
        stranger = face.signed_in(None)
        found = await asyncio.gather(
            me.call("log_out"),
            *(stranger.call("refresh_token", **sent) for _ in range(3)),
            return_exceptions=True,
        )
        assert not isinstance(found[0], BaseException)
        for each in found[1:]:
            if isinstance(each, BaseException):
                assert isinstance(each, Refused)
                assert each.code == "UNAUTHENTICATED"
                continue
            again = {"refresh_token": each["refresh_token"]}
            assert await told(stranger.call("refresh_token", **again)) == "UNAUTHENTICATED"
            bearer = face.signed_in(f"Bearer {each['access_token']}")
            assert await told(bearer.call("get_me")) == "UNAUTHENTICATED"


async def test_b120_one_picture_is_put_to_use_once(face: Face, rest: RestFace) -> None:
    chairs = [await an_item(face) for _ in range(4)]
    upload = await an_upload(rest)
    codes = await asyncio.gather(
        *(
            told(face.call("add_item_images", item_id=it["id"], upload_ids=[upload]))
            for it in chairs
        ),
        told(face.call("set_avatar", upload_id=upload)),
    )

    assert codes.count("") == 1, codes
    shown = [await rest.call("get_item_images", item_id=it["id"]) for it in chairs]
    assert sum(len(it["images"]) for it in shown) <= 1


async def test_b121_nobody_gives_a_key_or_a_user_more_than_they_have(
    face: Face, sign_in: SignIn
) -> None:
    customer = face.signed_in(await sign_in(Role.CUSTOMER))
    manager = face.signed_in(await sign_in(Role.MANAGER))
    me = (await manager.call("get_me"))["user"]["id"]

    for caller in (customer, manager):
        code = await told(caller.call("create_api_key", name="K", scopes=["users:write"]))
        assert code in ("FORBIDDEN", "VALIDATION_FAILED")
    code = await told(manager.call("update_user", user_id=me, role="ADMIN", expected_version=1))
    assert code == "FORBIDDEN"
    made = await face.call("create_api_key", name="K", scopes=["keys:manage"])
    key = face.signed_in(f"Bearer {made['secret']}")
    code = await told(key.call("create_api_key", name="W", scopes=["stock:write"]))
    assert code in ("FORBIDDEN", "VALIDATION_FAILED")
