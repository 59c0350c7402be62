"""The smallest question that still shows a difference: parts are left out while it remains."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

from tests.differential.questions import Question

ATTEMPTS = 400

Differs = Callable[[Question], Awaitable[bool]]

_LISTS: dict[type[Node], tuple[str, ...]] = {
    DocumentNode: ("definitions",),
    FieldNode: ("arguments", "directives"),
    InlineFragmentNode: ("directives",),
    FragmentSpreadNode: ("directives",),
}


async def shrunk(question: Question, differs: Differs) -> Question:
    """The same question with all left out that the difference does not need."""
    left = ATTEMPTS
    smaller = True
    while smaller and left > 0:
        smaller = False
        for candidate in _candidates(question):
            left -= 1
            if left <= 0:
                break
            if await differs(candidate):
                question, smaller = candidate, True
                break
    return question


def _candidates(question: Question) -> Iterator[Question]:
    """Questions with one thing less, the largest things first."""
    if question.failures is not None:
        yield replace(question, failures=None)
    if question.operation_name is not None:
        yield replace(question, operation_name=None)
    for name in question.variables or {}:
        rest = {key: value for key, value in (question.variables or {}).items() if key != name}
        yield replace(question, variables=rest or None)
    try:
        document = parse(question.document)
    except GraphQLError:
        return
    texts = {print_ast(_without_unused(one)) for one in _smaller(document)}
    for text in sorted(texts, key=_size):
        if _size(text) < _size(question.document):
            yield replace(question, document=text)


def _size(text: str) -> int:
    return len("".join(text.split()))


def _smaller(document: DocumentNode) -> Iterator[DocumentNode]:
    """The document without one definition, selection, argument or directive, or with a fragment's
    selections in its place.
    """
    for count in range(_places(document)):
        yield _at(document, count)


def _at(document: DocumentNode, place: int) -> DocumentNode:
    changed: DocumentNode = visit(document, _Leaver(place, _fragments(document)))
    return changed


def _places(document: DocumentNode) -> int:
    leaver = _Leaver(-1, _fragments(document))
    visit(document, leaver)
    return leaver.seen


def _fragments(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {
        one.name.value: one
        for one in document.definitions
        if isinstance(one, FragmentDefinitionNode)
    }


class _Leaver(Visitor):
    """Leaves out the part that it comes to as the `place`-th."""

    def __init__(self, place: int, fragments: dict[str, FragmentDefinitionNode]) -> None:
        super().__init__()
        self.place, self.fragments, self.seen = place, fragments, 0

    def leave(self, node: Node, *_: Any) -> Any:
        changes: dict[str, Any] = {}
        for name in _LISTS.get(type(node), ()):
            kept = self._thinned(list(getattr(node, name) or ()))
            if kept is not None:
                changes[name] = tuple(kept)
        selection_set = getattr(node, "selection_set", None)
        if selection_set is not None:
            kept = self._opened(list(selection_set.selections))
            if kept:
                changes["selection_set"] = _with(selection_set, selections=tuple(kept))
        return _with(node, **changes) if changes else None

    def _turn(self) -> bool:
        self.seen += 1
        return self.seen - 1 == self.place

    def _thinned(self, nodes: list[Any]) -> list[Any] | None:
        for at in range(len(nodes)):
            if self._turn():
                return nodes[:at] + nodes[at + 1 :]
        return None

    def _opened(self, nodes: list[Any]) -> list[Any] | None:
        """One selection less, or a fragment's own in its place."""
        for at, node in enumerate(nodes):
            before, after = nodes[:at], nodes[at + 1 :]
            if len(nodes) > 1 and self._turn():
                return before + after
            inner = node
            if isinstance(node, FragmentSpreadNode):
                inner = self.fragments.get(node.name.value)
            if not isinstance(inner, FieldNode | None) and self._turn():
                return [*before, *inner.selection_set.selections, *after]
        return None


def _with(node: Node, **changes: Any) -> Node:
    return type(node)(**{**{key: getattr(node, key) for key in node.keys}, **changes})


def _without_unused(document: DocumentNode) -> DocumentNode:
    """The document without fragments and variables that nothing uses any more."""
    used = _Used()
    visit(document, used)
    kept = [
        _declaring(one, used.variables) if isinstance(one, OperationDefinitionNode) else one
        for one in document.definitions
        if not isinstance(one, FragmentDefinitionNode) or one.name.value in used.spreads
    ]
    pruned = _with(document, definitions=tuple(kept))
    assert isinstance(pruned, DocumentNode)
    return pruned if len(kept) == len(document.definitions) else _without_unused(pruned)


def _declaring(node: OperationDefinitionNode, used: set[str]) -> Node:
    kept = [one for one in node.variable_definitions or () if one.variable.name.value in used]
    return _with(node, variable_definitions=tuple(kept))


class _Used(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.variables: set[str] = set()
        self.spreads: set[str] = set()

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        self.spreads.add(node.name.value)

    def enter_variable(self, node: VariableNode, _key: Any, parent: Any, *_: Any) -> None:
        if not isinstance(parent, VariableDefinitionNode):
            self.variables.add(node.name.value)
