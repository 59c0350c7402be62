"""Fields that have to ask their resolver: called as graphql-core and Strawberry would call it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution.values import VariableValues, get_argument_values
from graphql.language import BREAK
from graphql.pyutils import Path
from strawberry.execution import optimized_is_awaitable

from graphql_schema.engine.outcome import NotPlainError
from graphql_schema.engine.selections import Selections


@dataclass(slots=True)
class Run:
    """One request's run of a plan."""

    selections: Selections
    variables: VariableValues
    context: Any
    root_value: Any
    extensions: dict[str, Any] | None
    outcomes: dict[str, "Outcome"] = field(default_factory=dict)
    """What became of the root fields that have been asked, by the names they answer to."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a resolver gave, or raised."""

    value: Any = None
    error: Exception | None = None


class _Info(NamedTuple):
    field_name: str
    field_nodes: list[FieldNode]
    return_type: GraphQLOutputType
    parent_type: GraphQLObjectType
    schema: GraphQLSchema
    fragments: dict[str, FragmentDefinitionNode]
    root_value: Any
    operation: OperationDefinitionNode
    variable_values: dict[str, Any]
    context: Any
    is_awaitable: Callable[[Any], bool]
    operation_extensions: dict[str, Any] | None
    root_path: Path | None


class ResolveInfo(_Info):
    """What graphql-core tells a resolver, but for the path: below the root, breadth first, there
    is not one.
    """

    @property
    def path(self) -> Path:
        if self.root_path is None:
            raise NotPlainError("a resolver asks for its path")
        return self.root_path


class Call:
    """One field of one selection; its arguments are read ahead unless they wait for variables."""

    def __init__(
        self, parent: GraphQLObjectType, definition: GraphQLField, nodes: list[FieldNode], key: str
    ) -> None:
        self._parent, self._definition, self._nodes = parent, definition, nodes
        self._key = key
        self._nullable = [n for n, it in definition.args.items() if it.default_value is None]
        waits = any(_names_variable(argument) for argument in nodes[0].arguments or ())
        self._arguments = None if waits else self._read(None)

    async def of_root(self, run: Run) -> list[Any]:
        """The value of a root field; what became of it is kept, for it may not be asked twice."""
        path = Path(None, self._key, self._parent.name)
        given = self._given(run)
        try:
            value = self._ask(run.root_value, self._info(run, path), given)
            if optimized_is_awaitable(value):
                value = await value
        except NotPlainError:
            raise  # before anything was asked
        except Exception as error:
            run.outcomes[self._key] = Outcome(error=error)
            raise
        run.outcomes[self._key] = Outcome(value)
        return [value]

    async def of_all(self, parents: Sequence[Any], run: Run) -> list[Any]:
        """The values for all parents; those that must be waited for are waited for together."""
        values = self._ask_all(parents, run)
        waiting = [place for place, value in enumerate(values) if optimized_is_awaitable(value)]
        if len(waiting) == 1:
            values[waiting[0]] = await values[waiting[0]]
        elif waiting:
            come = await asyncio.gather(*(values[n] for n in waiting), return_exceptions=True)
            for place, value in zip(waiting, come, strict=True):
                if isinstance(value, BaseException):
                    raise value
                values[place] = value
        return values

    def _ask_all(self, parents: Sequence[Any], run: Run) -> list[Any]:
        info, given = self._info(run), self._given(run)
        values: list[Any] = []
        try:
            for parent in parents:
                values.append(self._ask(parent, info, given))
        except Exception:
            for value in filter(asyncio.iscoroutine, values):
                value.close()  # nobody will wait for it
            raise
        return values

    def _ask(self, parent: Any, info: ResolveInfo, given: dict[str, Any]) -> Any:
        if self._definition.resolve is None:
            raise NotPlainError("a field without a resolver")
        return self._definition.resolve(parent, info, **given)

    def _given(self, run: Run) -> dict[str, Any]:
        return self._read(run.variables) if self._arguments is None else self._arguments

    def _read(self, variables: VariableValues | None) -> dict[str, Any]:
        """The arguments but for those that are null as they are by default: Strawberry read the
        default off the resolver, and would take 5 us to say so of each.
        """
        given = get_argument_values(self._definition, self._nodes[0], variables)
        for name in self._nullable:
            if given.get(name, name) is None:
                del given[name]
        return given

    def _info(self, run: Run, root_path: Path | None = None) -> ResolveInfo:
        return ResolveInfo(
            field_name=self._nodes[0].name.value,
            field_nodes=self._nodes,
            return_type=self._definition.type,
            parent_type=self._parent,
            schema=run.selections.schema,
            fragments=run.selections.fragments,
            root_value=run.root_value,
            operation=run.selections.operation,
            variable_values=run.variables.coerced,
            context=run.context,
            is_awaitable=optimized_is_awaitable,
            operation_extensions=run.extensions,
            root_path=root_path,
        )


class _VariableFinder(Visitor):
    found = False

    def enter_variable(self, _node: VariableNode, *_: Any) -> Any:
        self.found = True
        return BREAK


def _names_variable(node: Any) -> bool:
    finder = _VariableFinder()
    visit(node, finder)
    return finder.found
