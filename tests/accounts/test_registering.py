"""A stranger becomes a customer, through either door."""

import asyncio

import pytest
from sqlalchemy import text

from api.database import Database
from tests.accounts.conftest import Stranger
from tests.faces import Face, Refused
from tests.factories import an_item, unique
from tests.letters import code_in, text_of


async def test_a_stranger_registers_confirms_the_address_and_orders(
    face: Face, stranger: Stranger
) -> None:
    item = await an_item(face, track_stock=False)

    await stranger.register()
    with pytest.raises(Refused, match="UNAUTHENTICATED"):
        await stranger.sign_in()
    await stranger.face.call("confirm_email", code=await stranger.mailbox.code())
    customer = await stranger.sign_in()
    me = (await customer.call("get_me"))["user"]
    order = await customer.call(
        "place_order", lines=[{"item_id": item["id"], "quantity": 1}], key=unique("key")
    )

    assert (me["role"], me["email"], me["name"]) == ("CUSTOMER", stranger.email, "Ada Lovelace")
    assert order["customer_id"] == me["customer_id"]
    [page] = (await customer.call("list_orders"))["data"]
    assert page["id"] == order["id"]
    assert await stranger.mailbox.subjects(2) == ["Confirm your e-mail address", "Welcome"]


async def test_a_letter_is_text_and_the_same_as_a_page(stranger: Stranger) -> None:
    await stranger.register(name="<b>Ada</b> & Sons")
    [letter] = await stranger.mailbox.letters()
    link = f"http://localhost:8000/confirm-email#code={await stranger.mailbox.code()}"

    assert link in text_of(letter)
    assert f'<a href="{link}">{link}</a>' in text_of(letter, "html")
    await stranger.face.call("confirm_email", code=await stranger.mailbox.code())
    welcome = (await stranger.mailbox.letters(2))[1]
    assert "<b>Ada</b> & Sons" in text_of(welcome)
    assert "&lt;b&gt;Ada&lt;/b&gt; &amp; Sons" in text_of(welcome, "html")


async def test_who_has_an_account_is_told_so_by_letter_and_by_nothing_else(
    stranger: Stranger,
) -> None:
    answer = await stranger.register()
    await stranger.face.call("confirm_email", code=await stranger.mailbox.code())

    again = await stranger.register(name="Mallory", password="a password of my own")

    assert again == answer
    assert (await stranger.mailbox.subjects(3))[2] == "You already have an account"
    me = await (await stranger.sign_in()).call("get_me")
    assert me["user"]["name"] == "Ada Lovelace"
    with pytest.raises(Refused, match="UNAUTHENTICATED"):
        await stranger.sign_in("a password of my own")


async def test_whoever_registers_last_before_the_address_is_confirmed_has_the_say(
    stranger: Stranger,
) -> None:
    await stranger.register(password="what mallory chose")
    of_mallory = await stranger.mailbox.code()
    await stranger.register()
    code = await stranger.mailbox.code(2)

    with pytest.raises(Refused, match="INVALID_CODE"):
        await stranger.face.call("confirm_email", code=of_mallory)
    await stranger.face.call("confirm_email", code=code)
    await stranger.sign_in()


async def test_twenty_who_send_one_code_at_once_make_one_account(
    face: Face, stranger: Stranger
) -> None:
    await stranger.register()
    code = await stranger.mailbox.code()

    sent = [stranger.face.call("confirm_email", code=code) for _ in range(20)]
    answers = await asyncio.gather(*sent, return_exceptions=True)

    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert {refusal.code for refusal in refused} == {"INVALID_CODE"}
    assert len(refused) == 19
    assert len((await face.call("list_users", q=stranger.email))["data"]) == 1
    assert (
        len((await face.call("list_customers", where={"email": {"eq": stranger.email}}))["data"])
        == 1
    )


async def test_b11_fifty_who_register_one_address_at_once_can_make_one_account(
    face: Face, stranger: Stranger
) -> None:
    sent = [stranger.register(name=f"Number {n}") for n in range(50)]
    answers = await asyncio.gather(*sent, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, Refused)]

    assert {refusal.code for refusal in refused} == {"RATE_LIMITED"}
    assert len(refused) == 45  # whoever came sixth, and all after
    codes = [code_in(letter) for letter in await stranger.mailbox.letters(5)]
    tried = [stranger.face.call("confirm_email", code=code) for code in codes]
    outcomes = await asyncio.gather(*tried, return_exceptions=True)
    spent = [outcome.code for outcome in outcomes if isinstance(outcome, Refused)]
    assert spent == ["INVALID_CODE"] * 4


async def test_a_code_is_good_for_a_day_by_the_database_s_clock(
    stranger: Stranger, database: Database
) -> None:
    await stranger.register()
    async with database.write() as session:
        older = "UPDATE one_time_codes SET expires_at = expires_at - interval '24 hours'"
        await session.execute(text(f"{older} WHERE email = :email"), {"email": stranger.email})
        await session.commit()

    with pytest.raises(Refused, match="INVALID_CODE"):
        await stranger.face.call("confirm_email", code=await stranger.mailbox.code())


async def test_trying_it_out_writes_to_nobody_and_keeps_nothing(
    stranger: Stranger, database: Database
) -> None:
    sent = {"email": stranger.email, "name": "Ada", "password": stranger.password}
    await stranger.face.call("register", **sent, validate_only=True)
    await stranger.face.call("request_password_reset", email=stranger.email, validate_only=True)

    async with database.read() as connection:
        kept = text("SELECT count(*) FROM one_time_codes WHERE email = :email")
        assert (await connection.execute(kept, {"email": stranger.email})).scalar_one() == 0
    await stranger.register()
    assert len(await stranger.mailbox.letters()) == 1


async def test_the_books_say_who_registered_and_not_how(
    face: Face, stranger: Stranger, database: Database
) -> None:
    await stranger.settle()
    me = (await (await stranger.sign_in()).call("get_me"))["user"]

    async with database.read() as connection:
        told = text("SELECT type, payload FROM events WHERE subject = :id")
        [event] = (await connection.execute(told, {"id": me["id"]})).all()
    assert event == ("user.registered", {"customer_id": me["customer_id"]})


@pytest.mark.parametrize(
    "evil",
    [
        "a@example.com\r\nBcc: all@example.com",
        "a@example.com\nBcc: all@example.com",
        "a@example.com, all@example.com",
        "<a@example.com>",
        "a@example.com\0",
    ],
)
async def test_an_address_adds_no_line_and_no_reader_to_a_letter(
    stranger: Stranger, evil: str
) -> None:
    with pytest.raises(Refused, match="VALIDATION_FAILED"):
        await stranger.face.call("request_password_reset", email=evil)
    with pytest.raises(Refused, match="VALIDATION_FAILED"):
        await stranger.register(name="Ada\r\nBcc: all@example.com")


@pytest.mark.parametrize("code", ["", "x", "é" * 43, "a" * 43, "\0" * 43])
async def test_a_code_that_was_never_sent_confirms_nothing(stranger: Stranger, code: str) -> None:
    with pytest.raises(Refused, match="INVALID_CODE"):
        await stranger.face.call("confirm_email", code=code)
    with pytest.raises(Refused, match="INVALID_CODE"):
        await stranger.face.call("reset_password", code=code, password="correct horse battery")
