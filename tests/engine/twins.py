"""One schema behind either engine: whatever both are asked, they say the same."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import orjson
from strawberry.types import ExecutionResult

from graphql_schema.limits import LimitedSchema

Context = Callable[[], Awaitable[Any]]


@dataclass
class Answer:
    """What both schemas said, and whether it came from a plan."""

    result: ExecutionResult
    compiled: bool

    @property
    def data(self) -> Any:
        """As its reader sees it: parts may have been written by PostgreSQL."""
        return orjson.loads(orjson.dumps(self.result.data))

    @property
    def paths(self) -> list[Any]:
        return [error.path for error in self.result.errors or []]


@dataclass
class Twins:
    """The same schema twice."""

    compiled: LimitedSchema
    reference: LimitedSchema
    context: Context

    async def ask(self, query: str, operation: str | None = None, **variables: Any) -> Answer:
        """Ask both; fails unless they answer alike, byte for byte. A query is asked twice:
        of what links lead to rows are made at first, and then PostgreSQL writes it.
        """
        engine = self.compiled.engine
        assert engine
        times = 1 if "mutation" in query else 2
        before = engine.answered
        results = [
            await self.compiled.execute(
                query, variables, await self.context(), operation_name=operation
            )
            for _ in range(times)
        ]
        expected = await self.reference.execute(
            query, variables, await self.context(), operation_name=operation
        )
        assert [said(result) for result in results] == [said(expected)] * times
        return Answer(results[-1], engine.answered == before + times)

    async def ask_plainly(self, query: str, operation: str | None = None, **variables: Any) -> Any:
        """The data of an answer that must have come from a plan."""
        answer = await self.ask(query, operation, **variables)
        assert answer.result.errors is None
        assert answer.compiled
        return answer.data


def said(result: ExecutionResult) -> bytes:
    """A result as it is sent."""
    errors = [error.formatted for error in result.errors or []]
    return orjson.dumps([result.data, errors, result.extensions])
