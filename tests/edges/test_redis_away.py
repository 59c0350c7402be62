"""Redis goes away, at once or without a word, while people order."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import psutil
import pytest

from tests.edges.conftest import OpenShop
from tests.faces import Face, GraphQLFace, RestFace
from tests.factories import an_item, unique
from tests.faults.servers import hanging
from tests.redis_server import Redis

Away = Callable[[Redis], AbstractContextManager[None]]


@contextmanager
def ended(redis: Redis) -> Iterator[None]:
    """While this lasts, nobody takes connections."""
    redis.stop()
    yield
    redis.start()


@contextmanager
def silent(redis: Redis) -> Iterator[None]:
    """While this lasts, connections are taken and nothing is answered."""
    assert redis.process
    with hanging(psutil.Process(redis.process.pid)):
        yield


@pytest.mark.parametrize("away", [ended, silent])
async def test_b23_orders_go_on_at_both_doors_while_redis_is_away(
    open_shop: OpenShop, redis: Redis, rest: RestFace, admin: str, away: Away
) -> None:
    chair, yard = (
        await an_item(rest),
        await rest.call("create_location", code=unique("Y"), name="Y"),
    )
    at = {"item_id": chair["id"], "location_id": yard["id"]}
    await rest.call("receive_stock", **at, quantity=9, key=unique("key"))
    lines = [{"item_id": chair["id"], "quantity": 2}]

    async with open_shop(
        redis_url=f"redis://127.0.0.1:{redis.port}/0", rate_limit_points=100_000
    ) as shop:
        faces: list[Face] = [RestFace(shop, rest.openapi, admin), GraphQLFace(shop, admin)]
        sent = [{"lines": lines, "key": unique("key")} for _ in faces]
        with away(redis):
            since = time.monotonic()
            placed = [
                await face.call("place_order", **order)
                for face, order in zip(faces, sent, strict=True)
            ]
            took = time.monotonic() - since
        again = [
            await face.call("place_order", **order) for face, order in zip(faces, sent, strict=True)
        ]

    assert again == placed
    assert placed[0]["id"] != placed[1]["id"]
    assert took < 10
