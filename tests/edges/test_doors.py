"""Under which name the shop is reached, how, and by whose pages."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from api.settings import Settings
from tests.edges.conftest import ORIGIN, OpenShop, code_of
from tests.serving import served

TYPENAME = {"query": "{ __typename }"}
PREFLIGHT = {
    "Access-Control-Request-Method": "PATCH",
    "Access-Control-Request-Headers": "authorization, content-type, if-match, idempotency-key",
}


@pytest.mark.parametrize("path", ["/v1/me", "/graphql"])
@pytest.mark.parametrize(
    "host", ["evil.example", "shop.example.evil.example", "", "shop.example@evil", "a b", "x" * 300]
)
async def test_a_name_that_is_not_ours_is_refused(
    open_shop: OpenShop, path: str, host: str
) -> None:
    async with open_shop(allowed_hosts="shop.example, *.branch.example") as shop:
        answer = await shop.post(path, json=TYPENAME, headers={"Host": host})

    assert (answer.status_code, code_of(answer)) == (400, "BAD_REQUEST")
    assert host not in answer.text or not host


@pytest.mark.parametrize("host", ["shop.example", "SHOP.example:8443", "oslo.branch.example"])
async def test_our_own_names_are_answered_in_any_case_and_at_any_port(
    open_shop: OpenShop, host: str
) -> None:
    async with open_shop(allowed_hosts="shop.example, *.branch.example") as shop:
        answer = await shop.post("/graphql", json=TYPENAME, headers={"Host": host})

    assert answer.json()["data"] == {"__typename": "Query"}


async def test_two_names_at_once_are_none(open_shop: OpenShop) -> None:
    twice = [("Host", "shop.example"), ("Host", "shop.example")]
    async with open_shop(allowed_hosts="shop.example") as shop:
        assert (await shop.get("/v1/me", headers=twice)).status_code == 400


@pytest.mark.parametrize("mount", ["", "/v1"])
async def test_a_probe_by_address_is_answered_in_plain_http(
    open_shop: OpenShop, mount: str
) -> None:
    async with open_shop(allowed_hosts="shop.example", https_only=True) as shop:
        live = await shop.get(f"{mount}/healthz", headers={"Host": "10.0.0.7:8000"})
        ready = await shop.get(f"{mount}/readyz", headers={"Host": "10.0.0.7:8000"})

    assert (live.json(), ready.json()["status"]) == ({"status": "ok"}, "ok")


async def test_plain_http_is_sent_to_https_and_told_to_come_so_at_once(open_shop: OpenShop) -> None:
    async with open_shop(https_only=True) as shop:
        sent_on = await shop.get("/v1/items?limit=2", headers={"Host": "shop.example"})
    async with open_shop("https://shop.example", https_only=True) as shop:
        secure = await shop.get("/healthz")

    assert sent_on.status_code == 307
    assert sent_on.headers["location"] == "https://shop.example/v1/items?limit=2"
    assert "strict-transport-security" not in sent_on.headers
    assert secure.headers["strict-transport-security"] == "max-age=31536000"


async def test_behind_a_proxy_of_ours_https_is_what_the_proxy_says(open_shop: OpenShop) -> None:
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    async with open_shop(https_only=True, trusted_proxies="127.0.0.1") as shop:
        behind = await shop.get("/v1/me", headers=headers)
    async with open_shop(https_only=True) as shop:
        alone = await shop.get("/v1/me", headers=headers)

    assert behind.status_code == 401
    assert "strict-transport-security" in behind.headers
    assert alone.status_code == 307


@pytest.mark.parametrize("path", ["/v1/me", "/graphql", "/nowhere"])
async def test_browsers_are_told_what_an_answer_is_not_for(open_shop: OpenShop, path: str) -> None:
    async with open_shop() as shop:
        answer = await shop.get(path)
    async with open_shop(security_headers=False) as shop:
        bare = await shop.get(path)

    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    policy = answer.headers["content-security-policy"]
    assert policy == "default-src 'none'; frame-ancestors 'none'"
    assert "content-security-policy" not in bare.headers


async def test_a_page_has_its_own_policy_and_stands_alone(open_shop: OpenShop) -> None:
    async with open_shop() as shop:
        answer = await shop.get("/docs")

    assert answer.headers.get_list("content-security-policy") == [
        answer.headers["content-security-policy"]
    ]
    assert "script-src" in answer.headers["content-security-policy"]
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in answer.headers["permissions-policy"]


@pytest.mark.parametrize("path", ["/v1/items", "/graphql"])
async def test_b79_a_page_that_is_allowed_may_ask_and_read(open_shop: OpenShop, path: str) -> None:
    async with open_shop(allowed_origins=ORIGIN) as shop:
        asked = await shop.options(path, headers={"Origin": ORIGIN, **PREFLIGHT})
        refused = await shop.get(path, headers={"Origin": ORIGIN})

    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == ORIGIN
    assert "access-control-allow-credentials" not in asked.headers
    assert refused.is_client_error
    assert refused.headers["access-control-allow-origin"] == ORIGIN
    assert "ETag" in refused.headers["access-control-expose-headers"]
    assert "Origin" in refused.headers["vary"]


@pytest.mark.parametrize("path", ["/v1/items", "/graphql"])
@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "https://till.example.evil", "http://till.example", ""],
)
async def test_b79_any_other_page_is_refused(open_shop: OpenShop, path: str, origin: str) -> None:
    async with open_shop(allowed_origins=ORIGIN) as shop:
        asked = await shop.options(path, headers={"Origin": origin, **PREFLIGHT})
        plain = await shop.get(path, headers={"Origin": origin})

    assert (asked.status_code, code_of(asked)) == (400, "BAD_REQUEST")
    for answer in (asked, plain):
        assert "access-control-allow-origin" not in answer.headers
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("path", ["/v1/items", "/graphql"])
async def test_b79_a_shop_that_is_open_to_all_pages_takes_no_cookies_of_theirs(
    open_shop: OpenShop, path: str
) -> None:
    async with open_shop(allowed_origins="*") as shop:
        asked = await shop.options(path, headers={"Origin": "https://a.example", **PREFLIGHT})
        plain = await shop.get(path, headers={"Origin": "https://a.example"})

    for answer in (asked, plain):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    ("origin", "may"), [(ORIGIN, True), ("https://evil.example", False), ("null", False)]
)
async def test_b79_the_pages_that_may_call_are_those_that_may_open_a_socket(
    make_app: Callable[..., FastAPI], origin: str, may: bool
) -> None:
    with served(make_app(allowed_origins=ORIGIN)) as url:
        address = url.replace("http", "ws") + "/graphql"
        socket = connect(
            address, subprotocols=[Subprotocol("graphql-transport-ws")], origin=Origin(origin)
        )
        if may:
            async with socket as line:
                await line.send('{"type": "connection_init"}')
                assert "connection_ack" in str(await line.recv())
        else:
            with pytest.raises(InvalidStatus) as refused:
                await socket
            assert refused.value.response.status_code == 403


async def test_a_fault_of_ours_can_be_read_by_a_page_that_is_allowed(
    make_app: Callable[..., FastAPI],
) -> None:
    app = make_app(allowed_origins=ORIGIN)

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("the cellar is flooded")

    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop") as shop:
        answer = await shop.get("/broken", headers={"Origin": ORIGIN})

    assert (answer.status_code, code_of(answer)) == (500, "INTERNAL")
    assert answer.headers["access-control-allow-origin"] == ORIGIN


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"allowed_origins": "*", "cross_origin_cookies": True}, "CROSS_ORIGIN_COOKIES"),
        ({"allowed_origins": "*", "production": True, "secret": "s" * 32}, "ALLOWED_ORIGINS"),
        ({"allowed_origins": "shop.example"}, "allowed_origins"),
        ({"allowed_origins": "https://shop.example/path"}, "allowed_origins"),
        ({"allowed_hosts": "*"}, "allowed_hosts"),
        ({"allowed_hosts": "https://shop.example"}, "allowed_hosts"),
    ],
)
def test_b109_doors_that_stand_open_or_nowhere_are_refused_at_the_start(
    told: dict[str, Any], named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        Settings(_env_file=None, **told)


@pytest.mark.parametrize("secret", ["", "short", "x" * 31])
def test_b109_production_is_not_started_with_a_short_secret_or_with_debug(secret: str) -> None:
    with pytest.raises(ValueError, match="STOCKROOM_SECRET"):
        Settings(_env_file=None, production=True, secret=secret)
    with pytest.raises(ValueError, match="STOCKROOM_DEBUG"):
        Settings(_env_file=None, production=True, secret="s" * 32, debug=True)


@pytest.mark.parametrize(
    ("kibibytes", "passes", "enough"),
    [(19_456, 1, False), (1024, 100, False), (19_456, 2, True), (7168, 5, True), (47_104, 1, True)],
)
def test_b109_production_is_not_started_with_hashes_that_cost_a_guesser_little(
    kibibytes: int, passes: int, enough: bool
) -> None:
    refused = nullcontext() if enough else pytest.raises(ValueError, match="PASSWORD_KIBIBYTES")
    asked: dict[str, Any] = {"password_kibibytes": kibibytes, "password_passes": passes}
    with refused:
        Settings(_env_file=None, production=True, secret=SecretStr("s" * 32), **asked)
