"""Who somebody is to the shop's network: what a proxy says counts only when it is ours."""

import httpx2
import pytest
from fastapi import FastAPI, Request

from api.main import create_app
from api.peers import peer_of
from api.settings import Settings


async def whom(settings: Settings, address: str, headers: list[tuple[str, str]]) -> str:
    """Whom a shop under these settings takes a caller for."""
    app: FastAPI = create_app(settings)

    @app.get("/who")
    async def who(request: Request) -> str:
        return f"{request.url.scheme} {peer_of(request.scope)}"

    transport = httpx2.ASGITransport(app=app, client=(address, 4711))
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop") as client:
        answer = await client.get("/who", headers=headers)
    return str(answer.json())


FORWARDED = [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https")]


async def test_without_a_proxy_of_ours_no_header_makes_anybody_someone_else(
    settings: Settings,
) -> None:
    assert await whom(settings, "198.51.100.7", FORWARDED) == "http 198.51.100.7"
    behind = settings.model_copy(update={"trusted_proxies": ("10.0.0.0/8",)})
    assert await whom(behind, "198.51.100.7", FORWARDED) == "http 198.51.100.7"


async def test_our_proxy_says_who_came_and_how(settings: Settings) -> None:
    behind = settings.model_copy(update={"trusted_proxies": ("10.0.0.0/8",)})

    assert await whom(behind, "10.1.2.3", FORWARDED) == "https 203.0.113.9"


async def test_what_a_caller_wrote_before_the_proxy_did_counts_for_nothing(
    settings: Settings,
) -> None:
    behind = settings.model_copy(update={"trusted_proxies": ("10.0.0.0/8",)})
    one = [("X-Forwarded-For", "192.0.2.1, 203.0.113.9, 10.9.9.9")]
    two = [("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-For", "203.0.113.9")]

    assert await whom(behind, "10.1.2.3", one) == "http 203.0.113.9"
    assert await whom(behind, "10.1.2.3", two) == "http 203.0.113.9"


@pytest.mark.parametrize(
    ("address", "peer"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("<script>", "unknown"),
    ],
)
def test_one_subscriber_is_one_peer_however_many_addresses_he_has(address: str, peer: str) -> None:
    assert peer_of({"type": "http", "client": (address, 1)}) == peer


def test_who_comes_without_an_address_is_unknown() -> None:
    assert peer_of({"type": "http", "client": None}) == "unknown"


def test_what_is_no_network_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="trusted_proxies"):
        Settings(_env_file=None, trusted_proxies="everybody")
