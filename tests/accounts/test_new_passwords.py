"""Passwords that are forgotten, found out, or simply old, through either door."""

from collections.abc import Callable

import pytest

from tests.accounts.conftest import Stranger
from tests.faces import Face, Refused

NEW = "another horse battery"


async def test_who_forgot_the_password_chooses_another_by_letter(stranger: Stranger) -> None:
    await stranger.settle()

    await stranger.face.call("request_password_reset", email=stranger.email.upper())
    code = await stranger.mailbox.code(3)
    await stranger.face.call("reset_password", code=code, password=NEW)

    await stranger.sign_in(NEW)
    with pytest.raises(Refused, match="UNAUTHENTICATED"):
        await stranger.sign_in()
    with pytest.raises(Refused, match="INVALID_CODE"):
        await stranger.face.call("reset_password", code=code, password="a third password")
    assert (await stranger.mailbox.subjects(4))[2:] == [
        "Choose a new password",
        "Your password was changed",
    ]


async def test_an_address_without_an_account_is_answered_alike_and_told_by_letter(
    stranger: Stranger, strangers: Callable[[], Stranger]
) -> None:
    known = await strangers().settle()

    told = await known.face.call("request_password_reset", email=known.email)
    assert await stranger.face.call("request_password_reset", email=stranger.email) == told
    assert await stranger.mailbox.subjects() == ["There is no account with this address"]


async def test_only_the_newest_letter_counts_and_none_after_the_password_changed(
    stranger: Stranger,
) -> None:
    await stranger.settle()
    codes = []
    for letters in (3, 4):
        await stranger.face.call("request_password_reset", email=stranger.email)
        codes.append(await stranger.mailbox.code(letters))

    with pytest.raises(Refused, match="INVALID_CODE"):
        await stranger.face.call("reset_password", code=codes[0], password=NEW)
    signed_in = await stranger.sign_in()
    await signed_in.call("change_password", password=stranger.password, new_password=NEW)
    with pytest.raises(Refused, match="INVALID_CODE"):
        await stranger.face.call("reset_password", code=codes[1], password="a third password")
    await stranger.sign_in(NEW)


async def test_a_code_for_one_thing_is_no_good_for_the_other(stranger: Stranger) -> None:
    await stranger.register()
    code = await stranger.mailbox.code()

    with pytest.raises(Refused, match="INVALID_CODE"):
        await stranger.face.call("reset_password", code=code, password=NEW)
    await stranger.face.call("confirm_email", code=code)


async def test_who_is_disabled_gets_no_new_password(face: Face, stranger: Stranger) -> None:
    await stranger.settle()
    me = (await (await stranger.sign_in()).call("get_me"))["user"]
    await stranger.face.call("request_password_reset", email=stranger.email)
    code = await stranger.mailbox.code(3)
    await face.call("disable_user", user_id=me["id"])

    with pytest.raises(Refused, match="INVALID_CODE"):
        await stranger.face.call("reset_password", code=code, password=NEW)
    await stranger.face.call("request_password_reset", email=stranger.email)
    await stranger.register()
    assert (await stranger.mailbox.subjects(5))[3:] == [
        "There is no account with this address",
        "You already have an account",
    ]


async def test_who_knows_the_password_changes_it(stranger: Stranger) -> None:
    await stranger.settle()
    signed_in = await stranger.sign_in()

    with pytest.raises(Refused, match="VALIDATION_FAILED") as refused:
        await signed_in.call("change_password", password="not my password", new_password=NEW)
    await signed_in.call("change_password", password=stranger.password, new_password=NEW)

    assert refused.value.details["errors"][0]["path"][-1] == "password"
    await stranger.sign_in(NEW)
    with pytest.raises(Refused, match="UNAUTHENTICATED"):
        await stranger.sign_in()
    assert (await stranger.mailbox.subjects(3))[2] == "Your password was changed"


async def test_nobody_changes_a_password_without_being_signed_in(stranger: Stranger) -> None:
    with pytest.raises(Refused, match="UNAUTHENTICATED"):
        await stranger.face.call("change_password", password=NEW, new_password=NEW)


@pytest.mark.parametrize("new", ["", "short", "x" * 201])
async def test_a_password_must_be_long_enough_wherever_it_is_chosen(
    stranger: Stranger, new: str
) -> None:
    await stranger.settle()
    signed_in = await stranger.sign_in()
    await stranger.face.call("request_password_reset", email=stranger.email)
    code = await stranger.mailbox.code(3)

    with pytest.raises(Refused, match="VALIDATION_FAILED"):
        await signed_in.call("change_password", password=stranger.password, new_password=new)
    with pytest.raises(Refused, match="VALIDATION_FAILED"):
        await stranger.face.call("reset_password", code=code, password=new)
    with pytest.raises(Refused, match="VALIDATION_FAILED"):
        await stranger.register(password=new)
