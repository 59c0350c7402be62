"""Secrets are planted, everything is made to go wrong, and then they are looked for."""

import json
import socket
from urllib.parse import quote, urlsplit

import pytest
from pydantic import SecretStr

from api.domain.accounts import service as accounts
from api.domain.accounts.commands import CreateUser
from api.domain.accounts.tokens import KeyText
from api.domain.actors import Role
from api.domain.scope import Scope
from tests.conftest import SECRET
from tests.factories import unique
from tests.hostile.conftest import Shop
from tests.hostile.doors import CREATE_ITEM, Doors

LOG_IN = """mutation L($input: IssueTokenInput!) {
  issueToken(input: $input) { result { accessToken } errors { code message } }
}"""
CREATE_USER = """mutation U($input: CreateUserInput!) {
  createUser(input: $input) { result { id } errors { code message path } }
}"""


async def test_b108_a_secret_is_in_no_answer_and_in_no_log(
    doors: Doors, stranger: Doors, scope: Scope, shop: Shop, admin: str
) -> None:
    password = f"canary-{unique('password')}"
    email = f"{unique('canary')}@example.com"
    command = CreateUser(email=email, name="C", role=Role.CLERK, password=SecretStr(password))
    await scope.run(accounts.create_user, command)
    key, before = str(KeyText.new()), shop.log.stat().st_size
    form = "application/x-www-form-urlencoded"
    bearer = {"authorization": f"Bearer {key}"}
    answers = [
        await stranger.rest(
            "POST",
            "/v1/auth/token",
            f"username={email}&password={quote(password)}x".encode(),
            content_type=form,
        ),
        await stranger.rest(
            "POST", "/v1/auth/token", f"password={password}".encode(), content_type=form
        ),
        await stranger.graphql(LOG_IN, {"input": {"email": email, "password": password + "x"}}),
        await stranger.graphql(LOG_IN, {"input": {"email": email, "password": [password]}}),
        await stranger.graphql(LOG_IN, {"input": {"password": password}}),
        await stranger.graphql(LOG_IN, {"input": password}),
        await doors.graphql(CREATE_USER, {"input": {"email": password, "password": password}}),
        await doors.rest(
            "POST", "/v1/users", {"email": email, "password": password, "role": password}
        ),
        await doors.rest(
            "POST",
            "/v1/users",
            {"email": email, "name": "C", "role": "CLERK", "password": password},
        ),
        await doors.rest("POST", "/v1/users", f'{{"password": "{password}"'.encode()),
        await stranger.rest("GET", "/v1/me", **bearer),
        await stranger.graphql("{ me { user { id } } }", **bearer),
    ]

    assert all(answer.code for answer in answers)
    log = await shop.logged(before, len(answers))
    for secret in (password, key, SECRET, admin.removeprefix("Bearer ")):
        assert secret not in log
        for answer in answers:
            assert secret not in answer.text, answer.text
            assert secret not in str(answer.response.headers)


@pytest.mark.parametrize("evil", ["a%0d%0aSet-Cookie:x=1", "%1b[31m", "%22%7d%0a%7b%22level%22"])
async def test_b107_an_address_cannot_forge_a_line_of_the_log_or_a_header(
    stranger: Doors, shop: Shop, evil: str
) -> None:
    before = shop.log.stat().st_size
    answer = await stranger.rest(
        "GET", f"/v1/items/{evil}", user_agent="x\u001b[31m".encode().hex()
    )

    assert "set-cookie" not in answer.response.headers
    assert answer.status == 422
    log = await shop.logged(before, 1)
    assert log.count("\n") == log.count('"event":"request"')
    assert "\x1b" not in log


async def test_b107_no_text_of_a_caller_forges_a_line_of_the_log_or_a_header(
    doors: Doors, stranger: Doors, shop: Shop
) -> None:
    evil = 'a\r\nSet-Cookie: forged=1\r\n{"level":"info","event":"forged"}\x1b[31m\n'
    form = f"username={quote(evil)}&password={quote(evil)}".encode()
    before = shop.log.stat().st_size
    answers = [
        await stranger.rest(
            "POST", "/v1/auth/token", form, content_type="application/x-www-form-urlencoded"
        ),
        await stranger.graphql(LOG_IN, {"input": {"email": evil, "password": evil}}),
        await doors.rest("POST", "/v1/items", {"sku": evil, "name": evil}),
        await doors.graphql(CREATE_ITEM, {"input": {"sku": evil, "name": evil}}),
        await doors.rest("GET", f"/v1/items?q={quote(evil)}"),
        await doors.rest("GET", f"/v1/{quote(evil)}"),
    ]
    strange = [browsed(shop, name) for name in (b'{"event":"forged"}\xff', b"till\x1b[31m")]
    served = sum(answer[9:12] == b"200" for answer in strange)

    assert all(answer.code for answer in answers)
    assert not [it for it in answers if "set-cookie" in it.response.headers]
    entries = [
        json.loads(line) for line in (await shop.logged(before, len(answers) + served)).splitlines()
    ]
    assert "forged" not in {entry["event"] for entry in entries}
    assert "\x1b" not in shop.log.read_bytes()[before:].decode()
    assert strange[0][9:12] == b"200"
    assert strange[1][9:12] in (b"200", b"400")


def browsed(shop: Shop, agent: bytes) -> bytes:
    """What a browser is answered that names itself in bytes which no client library would send."""
    url = urlsplit(shop.url)
    with socket.create_connection((str(url.hostname), url.port or 0), timeout=10) as line:
        head = b"GET /schema.graphql HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n"
        line.sendall(head + b"User-Agent: " + agent + b"\r\n\r\n")
        return b"".join(iter(lambda: line.recv(65_536), b""))
