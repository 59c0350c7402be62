"""A Strawberry schema that executes only what its limits allow, over HTTP and WebSocket alike."""

from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.exceptions import MissingQueryError
from strawberry.extensions.runner import SchemaExtensionsRunner
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types.execution import ExecutionContext, PreExecutionError
from strawberry.types.graphql import OperationType

from graphql_schema.limits.documents import Documents
from graphql_schema.limits.rules import Limits, Refused, refuse


class LimitedSchema(strawberry.Schema):
    """Parses, measures and validates through `documents`.

    The `on_parse` and `on_validate` hooks of extensions are therefore not called; the others are.
    Wrong names are reported without a hint of the right ones.
    """

    def __init__(self, *args: Any, limits: Limits | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.limits = limits or Limits()
        self.documents = Documents(self._schema, self.limits)

    async def _prepare_operation_async(
        self, context: ExecutionContext, extensions_runner: SchemaExtensionsRunner
    ) -> PreExecutionError | None:
        # Strawberry has no public seam before parsing that both its HTTP and its WebSocket
        # handlers answer from with a plain error, so its one private step is replaced whole.
        if not context.query:
            raise MissingQueryError
        try:
            self._admit(context, context.query)
        except Refused as refused:
            context.pre_execution_errors = refused.errors
            return PreExecutionError(data=None, errors=refused.errors)
        return None

    def _admit(self, context: ExecutionContext, query: str) -> None:
        prepared = self.documents.prepare(query)
        operation = prepared.operation(context._provided_operation_name)
        kind = OperationType(operation.node.operation.value)
        if kind not in context.allowed_operations:
            raise InvalidOperationTypeError(kind)
        requested, maximum = operation.requested(context.variables), self.limits.cost
        context.extensions_results["cost"] = {"requested": requested, "maximum": maximum}
        if requested > maximum:
            raise refuse(
                "COST_LIMIT_EXCEEDED",
                f"This operation may cost {requested}; the maximum is {maximum}. "
                "Ask for fewer rows at a time, or for less of each.",
                requested=requested,
                maximum=maximum,
            )
        context.graphql_document = prepared.document

    def _process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        for error in errors:
            if error.path is None and isinstance(error.original_error, GraphQLError | None):
                # Variables are judged while executing, where graphql-core still guesses at names.
                error.message = error.message.partition(" Did you mean")[0]
                error.extensions = {"code": "BAD_REQUEST", **(error.extensions or {})}
        self.process_errors(errors, execution_context)
