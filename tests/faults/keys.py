"""Many keys, each sent once to five times to any server through either face, while servers are
killed and PostgreSQL crashes: one order for each key.

  python -m tests.faults.keys --keys 1000 --kills 10 --crashes 3 --seed 7
"""

import argparse
import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults.cellars import address_of, crash, dug
from tests.faults.premises import Premises, once_each, opened
from tests.faults.tills import Caller

SERVERS = 3
AT_ONCE = 16
ITEMS = 20
UNMETERED = {"STOCKROOM_RATE_LIMIT_POINTS": "0"}


@dataclass(frozen=True)
class Trial:
    """How much is to happen."""

    keys: int
    kills: int
    crashes: int
    chance: random.Random


@dataclass(frozen=True)
class Figures:
    """What did happen."""

    sends: int
    answers: int
    replayed: int
    codes: dict[str, int]
    orders: int
    seconds: float


async def tried(trial: Trial) -> Figures:
    """Do it in a shop of its own; raises AssertionError where a promise is broken."""
    async with dug() as cellar, opened(address_of(cellar)) as premises:
        await premises.serve(SERVERS, **UNMETERED)
        goods = [(await premises.chairs(trial.keys))[0] for _ in range(ITEMS)]
        callers = [premises.buyer((trial.chance.choice(goods), 1)) for _ in range(trial.keys)]
        sends = [it for it in callers for _ in range(trial.chance.randint(1, 5))]
        trial.chance.shuffle(sends)
        since = time.monotonic()
        work = asyncio.create_task(_sent(sends, trial.chance))
        await _havoc(premises, cellar, callers, trial)
        await work
        seconds = time.monotonic() - since
        await premises.database.close()  # what it had open was cut as well
        await once_each(premises, callers)
        answers = [answer for caller in callers for answer in caller.answers]
        assert all(_agree(caller) for caller in callers)
        return Figures(
            sends=len(sends),
            answers=len(answers),
            replayed=sum(answer.replayed for answer in answers),
            codes=dict(Counter(answer.code or str(answer.status) for answer in answers)),
            orders=len(await premises.orders_of(goods)),
            seconds=round(seconds, 1),
        )


async def _sent(sends: Sequence[Caller], chance: random.Random) -> None:
    room = asyncio.Semaphore(AT_ONCE)

    async def one(caller: Caller) -> None:
        async with room:
            await caller.insist(chance.randrange(1000))

    await asyncio.gather(*map(one, sends))


async def _havoc(premises: Premises, cellar: Path, callers: Sequence[Caller], trial: Trial) -> None:
    """Kill and crash, spread over the time until the last key has its order."""
    acts = ["kill"] * trial.kills + ["crash"] * trial.crashes
    trial.chance.shuffle(acts)
    for number, act in enumerate(acts, 1):
        due = len(callers) * number // (len(acts) + 1)
        while sum(bool(caller.promised) for caller in callers) < due:
            await asyncio.sleep(0.02)
        if act == "crash":
            await asyncio.to_thread(crash, cellar, signal.SIGQUIT)
            continue
        server = trial.chance.choice(premises.servers)
        server.kill()
        server.start()
        await asyncio.to_thread(server.await_ready)


def _agree(caller: Caller) -> bool:
    """Whether all answers to one key say the same: over REST to the byte."""
    done = [answer for answer in caller.answers if answer.done]
    bodies = {answer.body for answer in done if answer.status == 201}
    return len(bodies) <= 1 and all(answer.result == done[0].result for answer in done)


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.faults.keys")
    asked.add_argument("--keys", type=int, default=1000)
    asked.add_argument("--kills", type=int, default=10)
    asked.add_argument("--crashes", type=int, default=3)
    asked.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    given = asked.parse_args()
    print(f"Seed {given.seed}.", flush=True)  # noqa: T201
    chance = random.Random(given.seed)
    figures = asyncio.run(tried(Trial(given.keys, given.kills, given.crashes, chance)))
    print(f"{given.keys} keys: {figures}")  # noqa: T201


if __name__ == "__main__":
    main()
