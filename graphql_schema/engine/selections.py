"""What an operation selects, collected by graphql-core itself, so that its order is the order."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)
from graphql.execution.collect_fields import (
    CollectedFields,
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

Selected: TypeAlias = Sequence[FieldDetails]
"""The fields that answer to one name; their selections are merged."""


class NotCoveredError(Exception):
    """The engine does not compile this: graphql-core runs it from the start."""


class Selections:
    """The selections of one operation; what `@skip` and `@include` leave of them depends on the
    variables given.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: VariableValues,
    ) -> None:
        self.schema, self.operation, self.variables = schema, operation, variables
        self.fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self._details = {name: FragmentDetails(node) for name, node in self.fragments.items()}
        if any(node.variable_definitions for node in self.fragments.values()):
            raise NotCoveredError("fragments with variables")
        root_type = schema.get_root_type(operation.operation)
        if root_type is None:
            raise NotCoveredError(f"a schema without {operation.operation.value}")
        self.root_type = root_type

    def of_root(self) -> Mapping[str, Selected]:
        """The root fields, by the name they answer to."""
        collected = collect_fields(
            self.schema, self._details, self.variables, self.root_type, self.operation
        )
        return _plain(collected)

    def below(self, of: GraphQLObjectType, selected: Selected) -> Mapping[str, Selected]:
        """What is selected of an object of this type."""
        collected = collect_subfields(
            self.schema, self._details, self.variables, self.operation, of, list(selected)
        )
        return _plain(collected)


def _plain(collected: CollectedFields) -> Mapping[str, Selected]:
    if collected.new_defer_usages:
        raise NotCoveredError("deferred fragments")
    return collected.grouped_field_set


def deciding_variables(
    document: DocumentNode, operation: OperationDefinitionNode
) -> tuple[str, ...]:
    """The variables on which it depends what this operation selects, by `@skip` and `@include`."""
    fragments = [node for node in document.definitions if isinstance(node, FragmentDefinitionNode)]
    names = {
        argument.value.name.value
        for definition in (operation, *fragments)
        for directive in _directives(definition.selection_set)
        if directive.name.value in ("skip", "include")
        for argument in directive.arguments or ()
        if isinstance(argument.value, VariableNode)
    }
    return tuple(sorted(names))


def _directives(selection_set: SelectionSetNode) -> Iterator[DirectiveNode]:
    todo = [selection_set]
    while todo:
        for selection in todo.pop().selections:
            yield from selection.directives or ()
            if isinstance(selection, FieldNode | InlineFragmentNode) and selection.selection_set:
                todo.append(selection.selection_set)
