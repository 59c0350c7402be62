"""Runs plans; what is not plain success is left to graphql-core."""

from collections.abc import Callable
from typing import Any

import structlog
from graphql import DocumentNode, ExecutionResult, GraphQLSchema
from graphql.execution import MiddlewareManager, execute
from strawberry.utils.await_maybe import await_maybe

from graphql_schema.engine.plans import Plan, Plans, Reads
from graphql_schema.engine.resolving import Outcome, Run

log = structlog.get_logger("graphql")


class Engine:
    """Executes operations in the place of graphql-core's `execute`, which it asks for whatever it
    cannot do; `prepare` is given the context before an operation begins, also for the second time,
    and what it reads of rows, if that is known.
    """

    def __init__(self, schema: GraphQLSchema, prepare: Callable[[Any, Reads], None]) -> None:
        self._prepare = prepare
        self.plans = Plans(schema)
        self.answered = 0  # by plans, without graphql-core

    async def execute(
        self, schema: GraphQLSchema, document: DocumentNode, **asked: Any
    ) -> ExecutionResult:
        """The result of an operation; takes the arguments of graphql-core's `execute`."""
        begun = self._begin(document, asked)
        if begun is not None:
            plan, run = begun
            self._prepare(run.context, plan.reads)
            try:
                [answer] = await plan.answer([run.root_value], run)
            except Exception:  # whatever it was, graphql-core says what becomes of it
                self._prepare(run.context, {})
                if replay := plan.settled(run):
                    asked["middleware"] = MiddlewareManager(_Replay(replay))
            else:
                self.answered += 1
                return ExecutionResult(answer, None)
        result: ExecutionResult = await await_maybe(execute(schema, document, **asked))
        return result

    def _begin(self, document: DocumentNode, asked: dict[str, Any]) -> tuple[Plan, Run] | None:
        if asked["middleware"].middlewares:
            return None  # an extension wants to see every field
        try:
            given = asked["variable_values"] or {}
            found = self.plans.find(document, asked["operation_name"], given)
        except Exception:  # no plan is a reason to be slow, never a reason to fail
            log.warning("not compiled", exc_info=True)
            return None
        if found is None:
            return None
        plan, variables = found
        run = Run(
            selections=plan.selections,
            variables=variables,
            context=asked["context_value"],
            root_value=asked["root_value"],
            extensions=asked.get("operation_extensions"),
        )
        return plan, run


class _Replay:
    """Gives what the only root field gave, or raises what it raised, a moment ago."""

    def __init__(self, outcomes: dict[str, Outcome]) -> None:
        self._outcomes = outcomes

    def resolve(self, ask: Callable[..., Any], source: Any, info: Any, **given: Any) -> Any:
        if info.path.prev is not None or info.path.key not in self._outcomes:
            return ask(source, info, **given)
        outcome = self._outcomes[info.path.key]
        if outcome.error is not None:
            raise outcome.error
        return outcome.value
