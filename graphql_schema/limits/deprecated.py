"""What a document uses that will be gone: told with every answer to it, found out once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    visit,
)

Notices: TypeAlias = Sequence[Mapping[str, str | None]]
_SUNSET = re.compile(r"sunset (\d{4}-\d{2}-\d{2})")


class Deprecated:
    """All that is deprecated in a schema, by its coordinate."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self.reasons = dict(_reasons(schema))
        self._names = {re.findall(r"\w+", coordinate)[-1] for coordinate in self.reasons}

    def used_by(self, text: str, document: DocumentNode) -> Mapping[str | None, Notices]:
        """What each operation of a sound document uses, by its name."""
        if not any(name in text for name in self._names):
            return {}
        definitions = [(node, self._used(node)) for node in document.definitions]
        fragments = {
            node.name.value: used
            for node, used in definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        return {
            node.name.value if node.name else None: self._told(used, fragments)
            for node, used in definitions
            if isinstance(node, OperationDefinitionNode)
        }

    def _told(self, used: "_Used", fragments: Mapping[str, "_Used"]) -> Notices:
        coordinates, spread, todo = set(used.coordinates), set(used.spreads), list(used.spreads)
        while todo:
            fragment = fragments[todo.pop()]
            coordinates |= fragment.coordinates
            todo += fragment.spreads - spread
            spread |= fragment.spreads
        return [_notice(at, self.reasons[at]) for at in sorted(coordinates)]

    def _used(self, node: Node) -> "_Used":
        types = TypeInfo(self.schema)
        used = _Used(types, self.reasons)
        visit(node, TypeInfoVisitor(types, used))
        return used


class _Used(Visitor):
    """The coordinates that one definition uses, and the fragments that it spreads."""

    def __init__(self, types: TypeInfo, reasons: Mapping[str, str]) -> None:
        super().__init__()
        self._types, self._reasons = types, reasons
        self._at = ""
        self.coordinates: set[str] = set()
        self.spreads: set[str] = set()

    def _use(self, coordinate: str) -> None:
        if coordinate in self._reasons:
            self.coordinates.add(coordinate)

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        self.spreads.add(node.name.value)

    def enter_field(self, node: Any, *_: Any) -> None:
        if parent := self._types.get_parent_type():
            self._at = f"{parent.name}.{node.name.value}"
            self._use(self._at)

    def enter_argument(self, node: Any, *_: Any) -> None:
        self._use(f"{self._at}({node.name.value}:)")

    def enter_object_field(self, node: Any, *_: Any) -> None:
        if parent := get_named_type(self._types.get_parent_input_type()):
            self._use(f"{parent.name}.{node.name.value}")

    def enter_enum_value(self, node: Any, *_: Any) -> None:
        if parent := get_named_type(self._types.get_input_type()):
            self._use(f"{parent.name}.{node.value}")


def _notice(coordinate: str, reason: str) -> Mapping[str, str | None]:
    sunset = _SUNSET.search(reason)
    return {"coordinate": coordinate, "reason": reason, "sunset": sunset[1] if sunset else None}


def _reasons(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLEnumType):
            parts: Mapping[str, Any] = type_.values
        elif isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            parts = type_.fields
        else:
            continue
        for name, part in parts.items():
            yield from _reason(f"{type_.name}.{name}", part)
            for argument, declared in getattr(part, "args", {}).items():
                yield from _reason(f"{type_.name}.{name}({argument}:)", declared)


def _reason(coordinate: str, part: Any) -> Iterator[tuple[str, str]]:
    if part.deprecation_reason is not None:
        yield coordinate, part.deprecation_reason
