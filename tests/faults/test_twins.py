"""Two tabs of one browser refresh at once, in two processes; and a thief comes later.

`STOCKROOM_TWINS=1000` lets a thousand do so.
"""

import asyncio
import os
import time

import httpx2

from api.domain.actors import SYSTEM, Role
from api.domain.keyring import Keyring
from api.domain.scope import Scope
from tests.conftest import SECRET
from tests.faults.premises import Premises
from tests.faults.servers import Server
from tests.sign_ins import refresh_token_of

TWINS = int(os.environ.get("STOCKROOM_TWINS", "25"))


async def test_b41_twins_in_two_processes_stay_signed_in_and_a_late_one_ends_it_in_both(
    premises: Premises,
) -> None:
    servers = await premises.serve(2, STOCKROOM_RATE_LIMIT_POINTS_ANONYMOUS="0")
    user = await premises.shop.login(Role.CLERK)
    assert user.user_id
    scope = Scope(premises.database, SYSTEM, Keyring(SECRET.encode()))
    first = [await refresh_token_of(scope, user.user_id) for _ in range(TWINS)]
    await scope.close()

    async with httpx2.AsyncClient(timeout=20) as client:

        async def refresh(server: Server, token: str) -> httpx2.Response:
            sent = {"refresh_token": token}
            return await client.post(f"{server.url}/v1/auth/refresh", json=sent)

        following = []
        for token in first:
            twins = await asyncio.gather(*(refresh(server, token) for server in servers))
            assert [twin.status_code for twin in twins] == [200, 200]
            assert len({twin.json()["refresh_token"] for twin in twins}) == 1
            following.append(twins[0].json()["refresh_token"])
        await premises.shop.sql(
            "UPDATE sessions SET refreshed_at = refreshed_at - interval '21 seconds'"
        )
        assert (await refresh(servers[0], first[0])).status_code == 401
        since = time.monotonic()
        gone = await asyncio.gather(*(refresh(server, following[0]) for server in servers))
        assert [answer.status_code for answer in gone] == [401, 401]
        assert time.monotonic() - since < 1
        assert (await refresh(servers[1], following[1])).status_code == 200
