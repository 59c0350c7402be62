"""What is taken away counts within five seconds: at both doors, on sockets, in all processes."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from api.main import create_app
from tests.accounts.test_faces import PASSWORD, a_user
from tests.conftest import settings_for
from tests.faces import RestFace
from tests.hostile.doors import Doors
from tests.serving import served

CREATE = """mutation {
  createCustomer(input: { name: "Ada", validateOnly: true }) { result { id } errors { code } }
}"""
WITHIN = 5.0
TRANSPORT = Subprotocol("graphql-transport-ws")


@contextmanager
def a_process(url: str) -> Iterator[str]:
    """The shop as it is served in earnest, with a memory of credentials of its own."""
    settings = settings_for(url)
    usual = type(settings).model_fields["credential_cache_seconds"].default
    with served(create_app(settings.model_copy(update={"credential_cache_seconds": usual}))) as it:
        yield it


@pytest.fixture(scope="module")
def processes(database_url: str) -> Iterator[list[str]]:
    with a_process(database_url) as one, a_process(database_url) as other:
        yield [one, other]


@pytest.fixture
async def clients(processes: list[str]) -> AsyncIterator[list[httpx2.AsyncClient]]:
    async with (
        httpx2.AsyncClient(base_url=processes[0]) as one,
        httpx2.AsyncClient(base_url=processes[1]) as other,
    ):
        yield [one, other]


Act = Callable[[RestFace, dict[str, Any], Doors], Awaitable[object]]


async def _disabled(rest: RestFace, user: dict[str, Any], own: Doors) -> None:
    await rest.call("disable_user", user_id=user["id"])


async def _demoted(rest: RestFace, user: dict[str, Any], own: Doors) -> None:
    version = (await rest.call("get_user", user_id=user["id"]))["version"]
    await rest.call("update_user", user_id=user["id"], expected_version=version, role="VIEWER")


async def _logged_out(rest: RestFace, user: dict[str, Any], own: Doors) -> None:
    assert (await own.rest("POST", "/v1/auth/logout", {})).status == 200


async def _password_changed_elsewhere(rest: RestFace, user: dict[str, Any], own: Doors) -> None:
    login = {"email": user["email"], "password": PASSWORD}
    token = (await rest.signed_in(None).call("issue_token", **login))["access_token"]
    other = rest.signed_in(f"Bearer {token}")
    await other.call("change_password", password=PASSWORD, new_password=PASSWORD + " staple")


ACTS: dict[str, Act] = {
    "disabled": _disabled,
    "logged out": _logged_out,
    "password changed": _password_changed_elsewhere,
    "role changed": _demoted,
}


async def _socket(url: str, authorization: str) -> ClientConnection:
    """A socket of a browser's kind: its credentials come with the first message."""
    socket = await connect(url.replace("http", "ws") + "/graphql", subprotocols=[TRANSPORT])
    init = f'{{"type": "connection_init", "payload": {{"authorization": "{authorization}"}}}}'
    await socket.send(init)
    assert "connection_ack" in str(await asyncio.wait_for(socket.recv(), 5))
    return socket


async def _closed(socket: ClientConnection) -> int:
    with pytest.raises(ConnectionClosed) as closing:
        await asyncio.wait_for(socket.recv(), WITHIN + 1)
    assert closing.value.rcvd is not None
    return closing.value.rcvd.code


async def _answers(doors: Doors) -> set[str]:
    """What both doors say to something that a clerk may do and a viewer may not."""
    rest = await doors.rest("POST", "/v1/customers?validate_only=true", {"name": "Ada"})
    graphql = await doors.graphql(CREATE)
    return {rest.code, graphql.code}


async def _until_refused(doors: Doors, wanted: set[str]) -> float:
    """The seconds until both faces refuse."""
    started = time.monotonic()
    while True:
        if (found := await _answers(doors)) == wanted:
            return time.monotonic() - started
        assert time.monotonic() - started < WITHIN + 1, (found, wanted)
        await asyncio.sleep(0.1)


@pytest.mark.parametrize("act", ACTS)
async def test_b40_what_is_taken_away_counts_within_five_seconds_everywhere(
    rest: RestFace, processes: list[str], clients: list[httpx2.AsyncClient], act: str
) -> None:
    user = await a_user(rest)
    login = {"email": user["email"], "password": PASSWORD}
    token = await rest.signed_in(None).call("issue_token", **login)
    bearer = f"Bearer {token['access_token']}"
    doors = [Doors(client, bearer) for client in clients]
    sockets = [await _socket(url, bearer) for url in processes]
    for door in doors:
        assert await _answers(door) == {""}

    await ACTS[act](rest, user, doors[0])

    started = time.monotonic()
    codes = await asyncio.gather(*(_closed(socket) for socket in sockets))
    assert time.monotonic() - started <= WITHIN
    wanted = {"FORBIDDEN"} if act == "role changed" else {"UNAUTHENTICATED"}
    took = await asyncio.gather(*(_until_refused(door, wanted) for door in doors))
    assert codes == [4401, 4401]
    assert max(took) <= WITHIN


async def test_b48_a_key_that_is_revoked_closes_its_sockets_too(
    rest: RestFace, processes: list[str]
) -> None:
    key = await rest.call("create_api_key", name="Till", scopes=["profile:read"])
    sockets = [await _socket(url, f"Bearer {key['secret']}") for url in processes]

    await rest.call("revoke_api_key", api_key_id=key["api_key"]["id"])

    assert await asyncio.gather(*(_closed(socket) for socket in sockets)) == [4401, 4401]


async def test_b77_a_socket_with_bad_credentials_is_closed_before_it_is_acknowledged(
    processes: list[str],
) -> None:
    address = processes[0].replace("http", "ws") + "/graphql"
    async with connect(address, subprotocols=[TRANSPORT]) as socket:
        await socket.send(
            '{"type": "connection_init", "payload": {"authorization": "Bearer nothing"}}'
        )

        assert await _closed(socket) == 4403
