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
        """Ask both; fails unless they answer alike, byte for byte."""
        engine = self.compiled.engine
        assert engine
        before = engine.answered
        result = await self.compiled.execute(
            query, variables, await self.context(), operation_name=operation
        )
        expected = await self.reference.execute(
            query, variables, await self.context(), operation_name=operation
        )
        assert said(result) == said(expected)
        return Answer(result, engine.answered == before + 1)

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
