"""One walk over a parsed document, each fragment measured once however often it is spread."""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    IntValueNode,
    NamedTypeNode,
    Node,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)

from api.domain.weights import Weight
from graphql_schema.limits.cost import Cost, Holds, Page, Sent, written_rows
from graphql_schema.limits.rules import Limits, over_limit, refuse
from graphql_schema.limits.shape import Shape

NESTING = 100
"""Selections within selections, through fragments: far above any depth, below the stack's."""

PAGE_ARGUMENTS = frozenset({"first", "last", "limit"})


class Survey:
    """Measures the operations of one document and refuses it at the first limit it breaks."""

    def __init__(self, schema: GraphQLSchema, limits: Limits, document: DocumentNode) -> None:
        self.schema, self.limits = schema, limits
        self.unknown_fields = 0
        self.shapes: dict[str, Shape] = {}
        if (count := len(document.definitions)) > limits.definitions:
            raise over_limit("TOO_MANY_DEFINITIONS", "definitions:", count, limits.definitions)
        self.fragments: dict[str, FragmentDefinitionNode] = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        for name in self.fragments:
            self._fragment(name, 0)

    def operation(self, node: OperationDefinitionNode) -> Shape:
        self._judge_directives(node.directives, node)
        for variable in node.variable_definitions or ():
            self._judge_directives(variable.directives, variable)
        shape = self._selections(node.selection_set, self.schema.get_root_type(node.operation), 0)
        if node.operation.value == "mutation" and shape.fields > self.limits.mutations:
            raise over_limit(
                "TOO_MANY_MUTATIONS", "root fields:", shape.fields, self.limits.mutations, node
            )
        return shape

    def _fragment(self, name: str, nesting: int) -> Shape:
        if (known := self.shapes.get(name)) is not None:
            return known
        self.shapes[name] = Shape()  # what a fragment adds to itself; validation refuses cycles
        if (node := self.fragments.get(name)) is not None:
            self._judge_directives(node.directives, node)
            on = self._type(node.type_condition)
            self.shapes[name] = self._selections(node.selection_set, on, nesting)
        return self.shapes[name]

    def _selections(
        self, node: SelectionSetNode, on: GraphQLNamedType | None, nesting: int
    ) -> Shape:
        if nesting > NESTING:
            raise over_limit("QUERY_TOO_DEEP", "a depth of", nesting, self.limits.depth, node)
        shape = Shape()
        for selection in node.selections:
            self._judge_directives(selection.directives, selection)
            self._selection(shape, selection, on, nesting + 1)
        self._judge(shape, node)
        return shape

    def _selection(
        self, shape: Shape, node: SelectionNode, on: GraphQLNamedType | None, nesting: int
    ) -> None:
        if isinstance(node, FieldNode):
            self._field(shape, node, on, nesting)
        elif isinstance(node, FragmentSpreadNode):
            shape.absorb(self._fragment(node.name.value, nesting))
            shape.repeat("...", 1, 1)  # validation compares every spread with its neighbors
        elif isinstance(node, InlineFragmentNode):
            inner_type = self._type(node.type_condition) if node.type_condition else on
            shape.absorb(self._selections(node.selection_set, inner_type, nesting))

    def _field(
        self, shape: Shape, node: FieldNode, on: GraphQLNamedType | None, nesting: int
    ) -> None:
        name = node.name.value
        definition = (
            self.schema.get_field(on, name)
            if isinstance(on, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType)
            else None
        )
        if definition is None:
            self._miss(node)
        of = get_named_type(definition.type) if definition else None
        inner = self._selections(node.selection_set, of, nesting) if node.selection_set else Shape()
        alias = node.alias.value if node.alias else None
        introspects = on is not None and on.name.startswith("__")
        shape.enclose(alias or name, alias is not None, inner, introspects)
        if introspects:
            return
        if of is not None and of.name.startswith("__"):
            of_schema = name == "__schema"
            shape.cost.add(Cost(self.limits.schema_cost if of_schema else self.limits.type_cost))
        elif node.selection_set and (of is None or is_composite_type(of)):
            self._charge(shape, node, definition, on, inner)

    def _charge(
        self,
        shape: Shape,
        node: FieldNode,
        definition: GraphQLField | None,
        on: GraphQLNamedType | None,
        inner: Shape,
    ) -> None:
        """One for the object, all below it, and both once for every row it may stand for."""
        in_connection = _is_connection(on)
        cost = Cost(0 if in_connection and node.name.value == "edges" else 1)
        cost.add(inner.cost)
        page = self._page(node, definition)
        cost.add(inner.row_cost, page or self.limits.page)
        known = _known_of(definition)
        if (weight := known.get("weight")) is not None:
            sent = _sent(node, weight)
            cost.add(inner.sent_cost, sent)
            shape.work.add(Cost(weight.command))
            shape.work.add(Cost(weight.row), sent)
        else:
            shape.sent_cost.add(inner.sent_cost)
        if known.get("holds") is Holds.EACH_SENT:
            shape.sent_cost.add(cost)
        elif definition is None or not _holds_several(definition, known):
            shape.cost.add(cost)
        elif in_connection:
            shape.row_cost.add(cost)
        else:
            shape.cost.add(cost, page or self.limits.list_items)

    def _page(self, node: FieldNode, definition: GraphQLField | None) -> Page | int | None:
        if definition is None or not PAGE_ARGUMENTS & definition.args.keys():
            return None
        values = [arg.value for arg in node.arguments or () if arg.name.value in PAGE_ARGUMENTS]
        literals = [value.value for value in values if isinstance(value, IntValueNode)]
        stated = max(map(written_rows, literals), default=0)
        names = tuple(value.name.value for value in values if isinstance(value, VariableNode))
        return Page(stated, names, self.limits.page) if names else stated or self.limits.page

    def _miss(self, node: FieldNode) -> None:
        """A few wrong names are for validation to tell apart; a flood of them only costs."""
        self.unknown_fields += 1
        if self.unknown_fields > self.limits.unknown_fields:
            message = (
                f"This document selects more than {self.limits.unknown_fields} unknown fields."
            )
            raise refuse("GRAPHQL_VALIDATION_FAILED", message, node)

    def _judge(self, shape: Shape, node: Node) -> None:
        """Counts only grow outwards, so the first one over its limit ends the walk."""
        limits = self.limits
        for code, what, requested, maximum in (
            ("QUERY_TOO_DEEP", "a depth of", shape.depth, limits.depth),
            (
                "QUERY_TOO_DEEP",
                "an introspection depth of",
                shape.introspection_depth,
                limits.introspection_depth,
            ),
            ("TOO_MANY_ALIASES", "aliases:", shape.aliases, limits.aliases),
            ("TOO_MANY_REPEATED_FIELDS", "repetitions:", shape.compared(), limits.comparisons),
        ):
            if requested > maximum:
                raise over_limit(code, what, requested, maximum, node)

    def _judge_directives(self, directives: Sequence[DirectiveNode] | None, node: Node) -> None:
        if directives and len(directives) > self.limits.directives:
            message = "directives in one place:"
            count, maximum = len(directives), self.limits.directives
            raise over_limit("TOO_MANY_DIRECTIVES", message, count, maximum, node)

    def _type(self, node: NamedTypeNode) -> GraphQLNamedType | None:
        return self.schema.get_type(node.name.value)


def _known_of(definition: GraphQLField | None) -> Mapping[str, Any]:
    """What the maker of a field noted of it."""
    noted = definition.extensions.get("strawberry-definition") if definition else None
    return getattr(noted, "metadata", None) or {}


def _holds_several(definition: GraphQLField, known: Mapping[str, Any]) -> bool:
    is_list = is_list_type(get_nullable_type(definition.type))
    return is_list and known.get("holds") is not Holds.AT_MOST_ONE


def _sent(node: FieldNode, weight: Weight) -> Sent:
    values = [arg.value for arg in node.arguments or () if arg.name.value == "input"]
    return Sent(values[0] if values else None, weight.most)


def _is_connection(of: GraphQLNamedType | None) -> bool:
    """Relay's mark: the lists of a connection hold what its page arguments asked for."""
    return isinstance(of, GraphQLObjectType) and "pageInfo" in of.fields
