"""A browser that is signed in by a cookie, and the pages that would use it without being asked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from fastapi import FastAPI

from api.main import create_app
from api.settings import Settings
from tests.accounts.test_faces import PASSWORD, a_user
from tests.faces import RestFace
from tests.kernel.sockets import Socket

LOG_IN = "mutation L($input: LogInInput!) { logIn(input: $input) { result { csrfToken } } }"
NEW_LOGIN = """mutation {
  logIn(input: { email: "a@b.example", password: "x" }) { result { csrfToken } }
}"""
HOME = {"Origin": "http://shop"}
NEW_CUSTOMER = 'mutation { createCustomer(input: { name: "Ada" }) { errors { code } } }'


@asynccontextmanager
async def browser(
    app: FastAPI, rest: RestFace, by: str, base: str = "http://shop"
) -> AsyncIterator[tuple[httpx2.AsyncClient, str, httpx2.Response]]:
    """A client with the cookies of a log-in over either face, and the token to show."""
    login = {"email": (await a_user(rest))["email"], "password": PASSWORD}
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url=base) as client:
        if by == "rest":
            answer = await client.post("/v1/auth/login", json=login)
            yield client, answer.json()["csrf_token"], answer
        else:
            sent = {"query": LOG_IN, "variables": {"input": login}}
            answer = await client.post("/graphql", json=sent)
            yield client, answer.json()["data"]["logIn"]["result"]["csrfToken"], answer


async def knock(client: httpx2.AsyncClient, headers: dict[str, str]) -> tuple[int, int]:
    """Something that changes the shop, asked at both doors."""
    rest = await client.post("/v1/customers", json={"name": "Ada"}, headers=headers)
    graphql = await client.post("/graphql", json={"query": NEW_CUSTOMER}, headers=headers)
    return rest.status_code, graphql.status_code


@pytest.mark.parametrize("by", ["rest", "graphql"])
async def test_a_cookie_opens_both_doors_to_pages_of_ours_alone(
    app: FastAPI, rest: RestFace, by: str
) -> None:
    evil = {"Origin": "https://evil.example"}

    async with browser(app, rest, by) as (client, mark, _):
        shown = {"X-CSRF-Token": mark}
        assert await knock(client, shown | HOME) == (201, 200)
        assert await knock(client, shown) == (201, 200)
        assert await knock(client, {}) == (403, 403)
        assert await knock(client, {"X-CSRF-Token": "0" * 64} | HOME) == (403, 403)
        assert await knock(client, shown | evil) == (403, 403)
        assert await knock(client, shown | {"Origin": "null"}) == (403, 403)
        assert await knock(client, shown | {"Sec-Fetch-Site": "cross-site"}) == (403, 403)
        assert await knock(client, shown | {"Sec-Fetch-Site": "same-site"}) == (403, 403)


async def test_b73_a_get_needs_no_token_but_an_origin_of_ours(app: FastAPI, rest: RestFace) -> None:
    query = {"query": "{ me { user { id } } }"}

    async with browser(app, rest, "rest") as (client, _, _):
        for path, params in (("/v1/me", {}), ("/graphql", query)):
            assert (await client.get(path, params=params)).status_code == 200
            foreign = {"Sec-Fetch-Site": "cross-site"}
            assert (await client.get(path, params=params, headers=foreign)).status_code == 403


async def test_no_script_and_no_other_server_gets_at_the_cookie(
    settings: Settings, rest: RestFace
) -> None:
    for production, base, prefix in (
        (False, "http://shop", ""),
        (False, "https://shop", "__Host-"),
        (True, "http://shop", "__Host-"),
    ):
        app = create_app(settings.model_copy(update={"production": production}))
        async with browser(app, rest, "rest", base) as (_, mark, answer):
            session, csrf = answer.headers.get_list("set-cookie")
        await app.state.resources.close()
        assert session.startswith(f"{prefix}stockroom=srt_")
        assert session.endswith("; HttpOnly")
        assert csrf.startswith(f"{prefix}stockroom_csrf={mark};")
        for cookie in (session, csrf):
            assert "; Path=/; SameSite=Strict" in cookie
            assert ("; Secure" in cookie) == bool(prefix)
        assert session.split("=")[1].split(";")[0] not in answer.text


@pytest.mark.parametrize("by", ["rest", "graphql"])
async def test_logging_out_takes_the_cookies_back_and_ends_the_session(
    app: FastAPI, rest: RestFace, by: str
) -> None:
    async with browser(app, rest, by) as (client, mark, _):
        kept = dict(client.cookies)
        shown = {"X-CSRF-Token": mark}
        if by == "rest":
            await client.post("/v1/auth/logout", json={}, headers=shown)
        else:
            query = "mutation { logOut(input: {}) { errors { code } } }"
            await client.post("/graphql", json={"query": query}, headers=shown)
        assert dict(client.cookies) == {}
        client.cookies.update(kept)
        assert (await client.get("/v1/me")).status_code == 401
        login = {"email": "nobody@example.com", "password": PASSWORD}
        again = await client.post("/v1/auth/login", json=login)
        assert again.json()["detail"] == "The e-mail address or the password is wrong."


async def test_b48_authorization_wins_over_a_cookie_and_two_of_them_are_refused(
    app: FastAPI, rest: RestFace, admin: str
) -> None:
    key = await rest.call("create_api_key", name="Till", scopes=["catalog:read"])
    both = [("Authorization", admin), ("Authorization", f"Bearer {key['secret']}")]

    async with browser(app, rest, "rest") as (client, _, _):
        assert await knock(client, {"Authorization": admin}) == (201, 200)
        assert (await client.get("/v1/users", headers={"Authorization": admin})).is_success
        assert (
            await client.get("/v1/me", headers={"Authorization": "Bearer no"})
        ).status_code == 401
        for path in ("/v1/me", "/graphql?query={me{user{id}}}"):
            assert (await client.get(path, headers=both)).json().get("code", "BAD_REQUEST") == (
                "BAD_REQUEST"
            )
            assert (await client.get(path, headers=both)).status_code == 400


async def test_a_socket_believes_a_cookie_of_our_own_pages_alone(
    app: FastAPI, rest: RestFace
) -> None:
    async with browser(app, rest, "rest") as (client, _, _):
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    query = "{ me { user { id } } }"

    async with Socket(app, None, cookie=cookie, origin="http://shop") as own:
        assert (await own.ask(query))["data"]["me"]["user"]["id"]
        [refused] = (await own.ask(NEW_LOGIN))["errors"]
    assert refused["extensions"]["code"] == "BAD_REQUEST"
    for origin in ("https://evil.example", None):
        with pytest.raises(AssertionError):
            async with Socket(app, None, cookie=cookie, origin=origin):
                pass


async def test_what_one_door_believes_of_credentials_the_other_does_not(
    settings: Settings, rest: RestFace
) -> None:
    app = create_app(settings.model_copy(update={"credential_cache_seconds": 60}))
    login = {"email": (await a_user(rest))["email"], "password": PASSWORD}
    token = (await rest.signed_in(None).call("issue_token", **login))["access_token"]
    key = (await rest.call("create_api_key", name="Till", scopes=["customers:write"]))["secret"]

    async with browser(app, rest, "rest") as (client, mark, _):
        cookie = client.cookies["stockroom"]
        assert await knock(client, {"X-CSRF-Token": mark} | HOME) == (201, 200)
        client.cookies.clear()
        assert await knock(client, {"Authorization": f"Bearer {cookie}"}) == (401, 401)
        for secret in (token, key):
            assert await knock(client, {"Authorization": f"Bearer {secret}"}) == (201, 200)
            planted = {"Cookie": f"stockroom={secret}", "Origin": "https://evil.example"}
            asked = {"query": NEW_CUSTOMER}
            answer = await client.post("/graphql", json=asked, headers=planted)
            assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
            assert (await client.get("/v1/me", headers=planted)).status_code == 401
    await app.state.resources.close()
