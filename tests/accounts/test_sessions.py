"""Staying signed in, and signing out, through either door."""

import asyncio
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from api.database import Database
from api.domain.actors import Role
from tests.accounts.test_faces import PASSWORD, a_user
from tests.conftest import SignIn
from tests.faces import Face, Refused, RestFace


async def signed_in(face: Face, email: str, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = await face.signed_in(None).call(
        "issue_token", email=email, password=PASSWORD, **more
    )
    return answer


def bearer(face: Face, token: dict[str, Any]) -> Face:
    return face.signed_in(f"Bearer {token['access_token']}")


async def refresh(face: Face, token: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = await face.signed_in(None).call(
        "refresh_token", refresh_token=token["refresh_token"]
    )
    return answer


async def pass_time(database: Database, email: str, seconds: int) -> None:
    """Make a user's sessions older than they are."""
    async with database.engine.begin() as connection:
        await connection.execute(
            text(
                "UPDATE sessions SET refreshed_at = refreshed_at - make_interval(secs => :seconds),"
                " expires_at = expires_at - make_interval(secs => :seconds)"
                " WHERE user_id = (SELECT id FROM users WHERE email = :email)"
            ),
            {"seconds": seconds, "email": email},
        )


async def refused(call: Any) -> str:
    with pytest.raises(Refused) as refusal:
        await call
    return refusal.value.code


async def test_a_refresh_token_is_good_for_one_after_another(
    face: Face, database: Database
) -> None:
    email = (await a_user(face))["email"]
    token = await signed_in(face, email)
    seen = {token["refresh_token"]}

    for _ in range(3):
        token = await refresh(face, token)
        await pass_time(database, email, 60)
        seen.add(token["refresh_token"])
        assert (await bearer(face, token).call("get_me"))["user"]["email"] == email

    assert len(seen) == 4
    assert token["token_type"] == "bearer"
    assert token["expires_in"] == 3600  # an hour in tests, ten minutes by default


async def test_b41_twins_that_refresh_at_once_stay_signed_in_with_the_same_token(
    face: Face, rest: Face, graphql: Face
) -> None:
    email = (await a_user(face))["email"]
    token = await signed_in(face, email)

    answers = await asyncio.gather(*(refresh(door, token) for door in (rest, graphql) * 5))
    late = await refresh(face, token)
    early = await refresh(face, late)

    assert len({answer["refresh_token"] for answer in (*answers, late, early)}) == 1
    assert answers[0]["refresh_token"] != token["refresh_token"]
    assert (await bearer(face, early).call("get_me"))["user"]["email"] == email


async def test_b41_a_refresh_token_that_comes_again_too_late_ends_the_session_of_thief_and_owner(
    face: Face, database: Database
) -> None:
    email = (await a_user(face))["email"]
    stolen = await signed_in(face, email)
    other = await signed_in(face, email)
    mine = await refresh(face, stolen)
    await pass_time(database, email, 21)

    assert await refused(refresh(face, stolen)) == "UNAUTHENTICATED"

    assert await refused(refresh(face, mine)) == "UNAUTHENTICATED"
    assert await refused(bearer(face, mine).call("get_me")) == "UNAUTHENTICATED"
    assert await refresh(face, other)
    [session] = (await bearer(face, other).call("list_sessions"))["data"]
    async with database.read() as connection:
        told = await connection.execute(
            text("SELECT subject FROM events WHERE type = 'session.reused' AND subject <> :id"),
            {"id": session["id"]},
        )
        assert told.first() is not None


@pytest.mark.parametrize("sent", ["", "srt_", "srt_a_b_c", "srt_" + "0" * 32 + "_a_b", "x" * 200])
async def test_a_refresh_token_that_was_never_given_is_refused(face: Face, sent: str) -> None:
    assert await refused(refresh(face, {"refresh_token": sent})) == "UNAUTHENTICATED"


async def test_a_session_that_nobody_used_for_a_month_has_ended(
    face: Face, database: Database
) -> None:
    email = (await a_user(face))["email"]
    token = await signed_in(face, email)
    await pass_time(database, email, 30 * 86_400 + 1)

    assert await refused(refresh(face, token)) == "UNAUTHENTICATED"


async def test_b40_who_logs_out_leaves_their_other_sessions_open(face: Face) -> None:
    email = (await a_user(face))["email"]
    phone, desk = await signed_in(face, email), await signed_in(face, email, device="Desk")

    out = await bearer(face, phone).call("log_out")

    assert not out["everywhere"]
    assert await refused(bearer(face, phone).call("get_me")) == "UNAUTHENTICATED"
    assert await refused(refresh(face, phone)) == "UNAUTHENTICATED"
    [left] = (await bearer(face, desk).call("list_sessions"))["data"]
    assert (left["device"], left["kind"]) == ("Desk", "CLIENT")


async def test_signing_out_over_rest_needs_no_body(
    client: httpx2.AsyncClient, rest: RestFace
) -> None:
    token = await signed_in(rest, (await a_user(rest))["email"])
    headers = {"Authorization": f"Bearer {token['access_token']}"}

    out = await client.post("/v1/auth/logout", headers=headers)

    assert (out.status_code, out.json()["everywhere"]) == (200, False)
    assert await refused(bearer(rest, token).call("get_me")) == "UNAUTHENTICATED"


async def test_b40_who_logs_out_everywhere_is_out_everywhere(face: Face) -> None:
    email = (await a_user(face))["email"]
    phone, desk = await signed_in(face, email), await signed_in(face, email)

    await bearer(face, phone).call("log_out", everywhere=True)

    for token in (phone, desk):
        assert await refused(bearer(face, token).call("get_me")) == "UNAUTHENTICATED"
        assert await refused(refresh(face, token)) == "UNAUTHENTICATED"
    assert await signed_in(face, email)


async def test_b40_a_disabled_user_cannot_refresh(face: Face) -> None:
    user = await a_user(face)
    token = await signed_in(face, user["email"])

    await face.call("disable_user", user_id=user["id"])

    assert await refused(refresh(face, token)) == "UNAUTHENTICATED"


async def test_one_ends_ones_own_sessions_one_by_one_and_nobody_elses(
    face: Face, sign_in: SignIn
) -> None:
    phone, stranger = await sign_in(Role.CLERK), await sign_in(Role.ADMIN)
    [session] = (await face.signed_in(phone).call("list_sessions"))["data"]

    other = face.signed_in(stranger).call("revoke_session", session_id=session["id"])
    assert await refused(other) == "NOT_FOUND"
    ended = await face.signed_in(phone).call("revoke_session", session_id=session["id"])

    assert ended["revoked_at"] is not None
    assert await refused(face.signed_in(phone).call("get_me")) == "UNAUTHENTICATED"


async def test_an_api_key_has_no_session_to_end(face: Face) -> None:
    made = await face.call("create_api_key", name="Till", scopes=["sessions:manage"])
    till = face.signed_in(f"Bearer {made['secret']}")

    assert await refused(till.call("log_out")) == "CONFLICT"


async def test_no_refresh_is_only_tried_since_its_tokens_would_be_good(
    face: Face, database: Database
) -> None:
    email = (await a_user(face))["email"]
    stolen = await signed_in(face, email)
    sent = {"refresh_token": stolen["refresh_token"], "validate_only": True}
    mine = await refresh(face, stolen)
    await pass_time(database, email, 21)

    assert await refused(face.signed_in(None).call("refresh_token", **sent)) == "BAD_REQUEST"
    assert await refused(refresh(face, stolen)) == "UNAUTHENTICATED"
    assert await refused(refresh(face, mine)) == "UNAUTHENTICATED"


async def test_a_secret_that_is_too_long_is_measured_in_characters(face: Face) -> None:
    for operation, field in (("refresh_token", "refresh_token"), ("confirm_email", "code")):
        with pytest.raises(Refused, match="VALIDATION_FAILED") as refusal:
            await face.signed_in(None).call(operation, **{field: "x" * 300})
        assert " characters, not 300" in refusal.value.message
        assert "item" not in str(refusal.value)
