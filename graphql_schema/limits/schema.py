"""A Strawberry schema that executes only what its limits allow, over HTTP and WebSocket alike."""

from collections.abc import Callable, Iterable
from copy import copy
from typing import Any, Literal, Self, TypeAlias, cast

import strawberry
from graphql import ExecutionResult as GraphQLResult
from graphql import GraphQLError, MiddlewareManager
from strawberry.exceptions import MissingQueryError
from strawberry.execution import optimized_is_awaitable
from strawberry.extensions.runner import SchemaExtensionsRunner
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types.execution import ExecutionContext, ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType
from strawberry.utils.await_maybe import await_maybe

from graphql_schema.engine import Engine, Reads
from graphql_schema.limits.documents import Documents
from graphql_schema.limits.lane import Lane
from graphql_schema.limits.rules import Limits, Refused, refuse

EngineName: TypeAlias = Literal["compiled", "reference"]


class LimitedSchema(strawberry.Schema):
    """Parses, measures and validates through `documents`.

    The `on_parse` and `on_validate` hooks of extensions are therefore not called; the others are.
    Wrong names are reported without a hint of the right ones, unless `Limits.suggestions` says so.
    """

    def __init__(
        self,
        *args: Any,
        limits: Limits | None = None,
        engine: EngineName = "compiled",
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._no_middleware = MiddlewareManager()
        self._limit(limits or Limits(), engine)

    def _limit(self, limits: Limits, engine: EngineName) -> None:
        self.limits = limits
        self.documents = Documents(self._schema, limits)
        self.lane = Lane()
        self.engine = Engine(self._schema, self.prepare) if engine == "compiled" else None

    def under(self, limits: Limits, engine: EngineName) -> Self:
        """The same types under other limits: converting them takes a tenth of a second."""
        other = copy(self)
        other._limit(limits, engine)
        return other

    def prepare(self, context: Any, reads: Reads) -> None:
        """Make a context ready for an operation, of whose rows these fields alone are read."""

    async def text_of(self, context: Any, document_id: str) -> str:
        """The document that a request names by its hash; Refused where there is none."""
        message = "Documents are not named by their hashes here."
        raise refuse("PERSISTED_QUERY_NOT_SUPPORTED", message)

    async def judge(self, context: Any, query: str) -> None:
        """Refuse a text for what it is, before it is read."""

    async def charge(self, context: Any, cost: int) -> int | None:
        """Take what an operation costs from its caller's budget, before it begins; gives what is
        left of it, where there is a limit.
        """
        return None

    def payer_of(self, context: Any) -> str:
        """Whose budget that is."""
        return ""

    def _get_execute_function(self) -> Callable[..., Any]:
        # The one place from which both transports take what executes an admitted operation.
        return self.engine.execute if self.engine else super()._get_execute_function()

    async def execute(  # the signature of the method that it replaces
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any | None = None,
        root_value: Any | None = None,
        operation_name: str | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> ExecutionResult:
        """The result of one operation."""
        asked: dict[str, Any] = {
            "query": query,
            "variable_values": variable_values,
            "context_value": context_value,
            "root_value": root_value,
            "operation_name": operation_name,
            "allowed_operation_types": allowed_operation_types or set(OperationType),
            "operation_extensions": operation_extensions,
        }
        if self.extensions or not query:
            return await super().execute(**asked)
        return await self._execute_alone(self._create_execution_context(**asked), query)

    async def _execute_alone(self, context: ExecutionContext, query: str) -> ExecutionResult:
        """What Strawberry does where no extension wants to be told of each step."""
        data, errors = None, None
        try:
            requested = await self._admit(context, query)
            heavy = requested > self.limits.heavy_cost
            async with self.lane.turn(heavy, self.payer_of(context.context)):
                result = await self._execute_admitted(context)
            data, errors = result.data, result.errors
        except Refused as refused:
            errors = refused.errors
        except InvalidOperationTypeError:
            raise
        except GraphQLError as error:
            errors = [error]
        except Exception as error:
            errors = [GraphQLError(str(error), original_error=error)]
        if errors:
            self._process_errors(errors, context)
        return ExecutionResult(data, errors, context.extensions_results)

    async def _execute_admitted(self, context: ExecutionContext) -> GraphQLResult:
        result = self._get_execute_function()(
            self._schema,
            context.graphql_document,
            root_value=context.root_value,
            middleware=self._no_middleware,
            variable_values=context.variables,
            operation_name=context.operation_name,
            context_value=context.context,
            is_awaitable=optimized_is_awaitable,
            executor_class=self.execution_context_class,
            operation_extensions=context.operation_extensions,
        )
        return cast("GraphQLResult", await await_maybe(result))

    async def _prepare_operation_async(
        self, context: ExecutionContext, extensions_runner: SchemaExtensionsRunner
    ) -> PreExecutionError | None:
        # Strawberry has no public seam before parsing that both its HTTP and its WebSocket
        # handlers answer from with a plain error, so its one private step is replaced whole.
        if not context.query:
            raise MissingQueryError
        try:
            await self._admit(context, context.query)
        except Refused as refused:
            errors = refused.errors
        except InvalidOperationTypeError:
            raise
        except Exception as error:
            errors = [GraphQLError(str(error), original_error=error)]
        else:
            return None
        context.pre_execution_errors = errors
        return PreExecutionError(data=None, errors=errors)

    async def _admit(self, context: ExecutionContext, query: str) -> int:
        """Have the document ready, and its cost paid; gives the cost."""
        await self.judge(context.context, query)
        if (reading := self.documents.reading_cost(query)) > 0:
            await self.charge(context.context, reading)
        heavy = reading > self.limits.heavy_reading
        async with self.lane.turn(heavy, self.payer_of(context.context)):
            prepared = self.documents.prepare(query)
        operation = prepared.operation(context._provided_operation_name)
        kind = OperationType(operation.node.operation.value)
        if kind not in context.allowed_operations:
            raise InvalidOperationTypeError(kind)
        requested, maximum = operation.requested(context.variables), self.limits.cost
        cost = context.extensions_results["cost"] = {"requested": requested, "maximum": maximum}
        if commands := operation.commands(context.variables):
            cost["commands"] = commands
        if requested > maximum:
            raise refuse(
                "COST_LIMIT_EXCEEDED",
                f"This operation may cost {requested}; the maximum is {maximum}. "
                "Ask for fewer rows at a time, or for less of each.",
                requested=requested,
                maximum=maximum,
            )
        remaining = await self.charge(context.context, max(requested, 1))
        if remaining is not None:
            cost["remaining"] = remaining
        name = operation.node.name
        if notices := prepared.notices.get(name.value if name else None):
            context.extensions_results["deprecations"] = notices
        context.graphql_document = prepared.document
        return requested

    def _process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        errors.sort(key=_place)
        for error in errors:
            if error.path is None and isinstance(error.original_error, GraphQLError | None):
                # Variables are judged while executing, where graphql-core still guesses at names.
                if not self.limits.suggestions:
                    error.message = error.message.partition(" Did you mean")[0]
                error.extensions = {"code": "BAD_REQUEST", **(error.extensions or {})}
        self.process_errors(errors, execution_context)


def _place(error: GraphQLError) -> tuple[list[tuple[int, int]], list[tuple[str, int]]]:
    """Where an error stands in the document and in the answer: not when it came about."""
    path = [(step, 0) if isinstance(step, str) else ("", step) for step in error.path or ()]
    return [(at.line, at.column) for at in error.locations or ()], path
