"""/healthz says the process lives, /readyz that it can serve, and how each part it leans on is."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from api.deps import Resources, resources_of
from api.domain.refusals import StockroomError
from api.domain.sqlstates import refusal_of

PATIENCE = 1.5
"""Seconds until a part that does not answer is given up: a probe hears of it within two."""

router = APIRouter(include_in_schema=False)


class Watch:
    """Sees one check through: what came of it and how long it took."""

    _ending: ClassVar[set[asyncio.Future[bool]]] = set()  # the loop itself would not hold them

    def __init__(self, patience: float) -> None:
        self._patience, self.state, self.milliseconds = patience, "", 0.0
        self._task: asyncio.Future[bool] | None = None

    async def over(self, check: Awaitable[bool]) -> "Watch":
        """This, when the check has answered or its time is over."""
        started, self._task = time.perf_counter(), asyncio.ensure_future(check)
        self.state = "timed out"
        if (await asyncio.wait({self._task}, timeout=self._patience))[0]:
            self.state = "ok" if self._task.result() else "unreachable"
        self.milliseconds = round((time.perf_counter() - started) * 1000, 1)
        return self

    def end(self) -> None:
        """Give up a check that goes on, without waiting: saying goodbye to a database that hangs
        takes seconds too.
        """
        if self._task is not None and not self._task.done():
            self._ending.add(self._task)
            self._task.add_done_callback(self._forget)
            self._task.cancel()

    def _forget(self, task: "asyncio.Future[bool]") -> None:
        self._ending.discard(task)
        if not task.cancelled():
            task.exception()  # taken note of: what it ends with has been reported as late


class Watches:
    """Gives every check a watch of its own, which ends with the request: FastAPI would give one to
    all checks of it.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience

    async def __call__(self) -> AsyncIterator[Watch]:
        """Another one."""
        watch = Watch(self._patience)
        try:
            yield watch
        finally:
            watch.end()


Check = Callable[[], Awaitable[Watch]]
WatchDep = Annotated[Watch, Depends(Watches(PATIENCE), use_cache=False)]


class Part:
    """A dependency that gives the check of one part; the checks of a request run at once."""

    def __init__(self, answers: Callable[[Resources], Awaitable[bool]]) -> None:
        self._answers = answers

    async def __call__(self, request: Request, watch: WatchDep) -> Check:
        """The check, under a watch of its own."""
        resources = resources_of(request)
        return lambda: watch.over(self._answers(resources))


async def _database(resources: Resources) -> bool:
    try:
        await resources.database.ping()
    except Exception as error:
        if refusal_of(error) is None:
            raise
        return False
    return True


async def _redis(resources: Resources) -> bool:
    from redis.asyncio import Redis
    from redis.exceptions import RedisError

    try:
        async with Redis.from_url(resources.settings.redis_address) as redis:
            await redis.execute_command("PING")  # type: ignore[no-untyped-call]
    except (RedisError, OSError):
        return False
    return True


async def _files(resources: Resources) -> bool:
    try:
        await resources.surroundings.files.reach()
    except StockroomError:
        return False
    return True


@router.get("/healthz")
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def ready(
    request: Request,
    database: Annotated[Check, Depends(Part(_database))],
    files: Annotated[Check, Depends(Part(_files))],
    redis: Annotated[Check, Depends(Part(_redis))],
) -> JSONResponse:
    """The database decides: orders go on without the other parts."""
    checks = {"database": database, "files": files}
    if resources_of(request).settings.redis_address:
        checks["redis"] = redis
    seen = await asyncio.gather(*(check() for check in checks.values()))
    parts = {
        name: {"state": watch.state, "milliseconds": watch.milliseconds}
        for name, watch in zip(checks, seen, strict=True)
    }
    if parts["database"]["state"] == "ok":
        return JSONResponse({"status": "ok", "parts": parts})
    return JSONResponse({"status": "unavailable", "parts": parts}, 503, {"Retry-After": "1"})
