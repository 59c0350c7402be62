"""Whether the time that an answer takes tells who has an account.

`python -m pytest tests/hostile/test_enumeration.py` asks a few dozen times; with
`STOCKROOM_TIMING_SAMPLES=500` it asks as often as it takes to be sure.
"""

import os
import random
import time
from bisect import bisect_left, bisect_right
from collections.abc import Awaitable, Callable, Sequence

SAMPLES = int(os.environ.get("STOCKROOM_TIMING_SAMPLES", "25"))
ALLOWED = 0.05 if SAMPLES >= 500 else 0.25
"""How far from a coin's 0.5 the area may be; by chance alone it strays by about 0.4 / sqrt(n)."""


def area(these: Sequence[float], those: Sequence[float]) -> float:
    """How often one of these took longer than one of those: 0.5 when nobody can tell (AUC)."""
    ranked = sorted(those)
    wins = (bisect_left(ranked, took) + bisect_right(ranked, took) for took in these)
    return sum(wins) / 2 / len(these) / len(those)


async def timed(
    ask: Callable[[str], Awaitable[object]], known: Sequence[str], unknown: Sequence[str]
) -> tuple[list[float], list[float], set[object]]:
    """How long the answers to each take, asked in no order, and which answers there were."""
    order = [(email, email in set(known)) for email in (*known, *unknown)]
    random.shuffle(order)
    took: dict[bool, list[float]] = {True: [], False: []}
    answers = set()
    for email, is_known in order:
        started = time.perf_counter()
        answers.add(await ask(email))
        took[is_known].append(time.perf_counter() - started)
    return took[True], took[False], answers
