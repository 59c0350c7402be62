"""What is done after answers: mail and the like, which no caller waits for."""

import asyncio
from collections.abc import Sequence

import structlog

from api.domain.surroundings import Errand

MOST = 1_000
"""At once; a server that carries more is better told so than run out of memory."""
FAREWELL_SECONDS = 5.0
log = structlog.get_logger("errands")


class Errands:
    """Runs errands beside the requests, those of one request in their order."""

    def __init__(self) -> None:
        self._under_way: set[asyncio.Task[None]] = set()

    def start(self, errands: Sequence[Errand], trace_id: str) -> None:
        """Begin, and come back at once."""
        if len(self._under_way) >= MOST:
            log.error("errands dropped", trace_id=trace_id, dropped=len(errands))
            return
        task = asyncio.create_task(_run(errands, trace_id))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def finish(self) -> None:
        """Wait for what is under way, but not for long: the process is about to end."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=FAREWELL_SECONDS)
            for task in late:
                task.cancel()
            log.info("errands finished", given_up=len(late))


async def _run(errands: Sequence[Errand], trace_id: str) -> None:
    for errand in errands:
        try:
            await errand()
        except Exception as fault:
            log.error("errand failed", trace_id=trace_id, exc_info=fault)
