"""Tries that several processes count together, in Redis."""

from api.counting import SharedCounters
from tests.factories import unique
from tests.redis_server import Redis


async def test_two_processes_count_together_and_alone_while_redis_is_away(redis: Redis) -> None:
    url = f"redis://127.0.0.1:{redis.port}/0"
    one, two = SharedCounters(url), SharedCounters(url)
    what = unique("guess")

    waits = [await (one, two)[n % 2].wait_after(what, 10, 60) for n in range(12)]
    redis.stop()
    alone = [await one.wait_after(what, 10, 60) for _ in range(12)]
    redis.start()
    again = [await two.wait_after(what, 10, 60) for _ in range(12)]  # one finds a dead line
    await one.close()
    await two.close()

    assert waits[:10] == alone[:10] == again[:10] == [0] * 10  # a Redis started anew knows nothing
    assert all(0 < wait <= 60 for wait in (*waits[10:], *alone[10:], again[11]))
