"""One order a key, whatever breaks: the command `python -m tests.faults.keys` does it a thousand
times over.
"""

import random

from tests.faults.keys import Trial, tried


async def test_b14_every_key_has_one_order_while_servers_and_postgresql_go_down(
    chance: random.Random,
) -> None:
    figures = await tried(Trial(keys=60, kills=2, crashes=1, chance=chance))

    assert figures.orders == 60
    assert figures.replayed >= figures.sends - 60
