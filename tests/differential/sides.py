"""The two applications, in this process: one answers with the engine, one with graphql-core."""

import math
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import httpx2
from fastapi import FastAPI
from structlog.testing import capture_logs

from api.main import create_app
from api.settings import Settings
from graphql_schema.engine.plans import Plans
from graphql_schema.router import Answering
from tests.differential.failures import Failures, Injector
from tests.differential.goods import Goods
from tests.differential.questions import Question
from tests.differential.shop import Callers

TRACE_ID = "differential-question"
_OWN = {"server-timing", "content-length"}
_CORE: Any = import_module("graphql.execution.execute")  # the package has a function of the name


@dataclass(frozen=True)
class Answer:
    """All that the asker and the operator get to see."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    logged: tuple[str, ...]
    by_core: bool = field(compare=False)
    """Whether graphql-core had to execute something."""
    met: frozenset[str] = field(compare=False)
    """The failures that were injected."""


@dataclass
class Side:
    """One application, asked over ASGI as by any client."""

    name: str
    app: FastAPI
    client: httpx2.AsyncClient
    callers: Callers
    goods: Goods
    injector: Injector
    altered: Callable[[bytes], bytes] = bytes
    """What happens to a body on its way; only a test of the proof itself does anything."""

    async def ask(self, question: Question) -> Answer:
        """The answer to one question."""
        failures = Failures(question.failures, self.goods) if question.failures else None
        self.injector.failures = failures
        headers = {
            "accept": question.accept,
            "content-type": "application/json",
            "x-request-id": TRACE_ID,
        }
        if (authorization := self.callers.authorization(question.caller)) is not None:
            headers["authorization"] = authorization
        with capture_logs() as logs, _core_counted() as executions:
            answer = await self._send(question, headers)
        self.injector.failures = None
        shown = ((name, value) for name, value in answer.headers.items() if name not in _OWN)
        return Answer(
            status=answer.status_code,
            headers=tuple(sorted(shown)),
            body=self.altered(answer.content),
            logged=tuple(_line(log) for log in logs),
            by_core=bool(executions),
            met=frozenset(failures.met if failures else ()),
        )

    async def _send(self, question: Question, headers: dict[str, str]) -> httpx2.Response:
        if question.method == "GET":
            return await self.client.get("/graphql", params=question.query_string, headers=headers)
        return await self.client.post("/graphql", content=question.body, headers=headers)

    @property
    def plans(self) -> Plans | None:
        """The plans of the engine."""
        endpoints = [getattr(it, "endpoint", None) for it in self.app.router.routes]
        [answering] = [it for it in endpoints if isinstance(it, Answering)]
        engine = answering.router.limited.engine
        return engine.plans if engine else None

    async def close(self) -> None:
        await self.client.aclose()
        await self.app.state.resources.database.close()


def side(engine: str, settings: Settings, callers: Callers, goods: Goods, by: Injector) -> Side:
    """An application with this engine."""
    before = os.environ.get("STOCKROOM_GRAPHQL_ENGINE")
    os.environ["STOCKROOM_GRAPHQL_ENGINE"] = engine
    try:
        again = {name: getattr(settings, name) for name in settings.model_fields_set}
        again["DATABASE_URL"] = again.pop("database_url")
        again["slow_request_ms"] = math.inf  # a line of the log that only time would tell
        again["recall_seconds"] = 0  # or a spoilt report would be kept for who asks again
        app = create_app(Settings(_env_file=None, **again))
    finally:
        os.environ.pop("STOCKROOM_GRAPHQL_ENGINE")
        if before is not None:
            os.environ["STOCKROOM_GRAPHQL_ENGINE"] = before
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    client = httpx2.AsyncClient(transport=transport, base_url="http://shop")
    return Side(engine, app, client, callers, goods, by)


def _line(log: Any) -> str:
    """A line of the log without what differs each time."""
    shown = {name: value for name, value in log.items() if name not in ("ms", "timestamp")}
    if (cause := shown.pop("exc_info", None)) is not None:
        shown["cause"] = f"{type(cause).__name__}: {cause}"
    return repr(sorted(shown.items()))


@contextmanager
def _core_counted() -> Iterator[list[None]]:
    """Notes each execution by graphql-core, whoever asks for it."""
    execute, executions = _CORE.experimental_execute_incrementally, list[None]()

    def counted(*args: Any, **options: Any) -> Any:
        executions.append(None)
        return execute(*args, **options)

    _CORE.experimental_execute_incrementally = counted
    try:
        yield executions
    finally:
        _CORE.experimental_execute_incrementally = execute
