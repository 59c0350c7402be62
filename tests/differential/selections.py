"""Selection sets, written at random: aliases, fragments, directives and repetitions."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)

from tests.differential.variables import Variables

ITEMS_IN_A_LIST = 12
"""A little more than the cost that a list without pages is taken to have."""

OF_THE_CLOCK = {"madeAt"}
"""Fields whose values differ each time."""

MANY_ALIASES = 8
"""From here on only where there must be one: a document may have thirty, fragments expanded."""


@dataclass(frozen=True)
class Room:
    """How much deeper, and for how many rows more, one may still ask."""

    depth: int
    rows: int

    def below(self, rows: int = 1) -> "Room":
        return Room(self.depth - 1, (self.rows - 2) // max(rows, 1))

    @property
    def is_wide(self) -> bool:
        return self.depth > 1 and self.rows > 8

    def holds(self, other: "Room") -> bool:
        return self.depth >= other.depth and self.rows >= other.rows


@dataclass(frozen=True)
class Fragment:
    """A named fragment, and the room that it was written for."""

    name: str
    on: GraphQLNamedType
    room: Room


class Selections:
    """Writes what is selected of a type, and collects the fragments that this takes."""

    def __init__(
        self,
        schema: GraphQLSchema,
        chance: random.Random,
        variables: Variables,
        saw: Callable[[str], None],
    ) -> None:
        self.schema, self.chance, self.variables, self.saw = schema, chance, variables, saw
        self.fragments: list[Fragment] = []
        self.definitions: list[str] = []
        self._aliases = 0
        self._apart = _told_apart(schema)
        self._in_abstract = 0

    def of(self, on: GraphQLNamedType, room: Room) -> str:
        """A selection set, with its braces."""
        if isinstance(on, GraphQLInterfaceType):
            return self._braced(self._of_interface(on, room))
        assert isinstance(on, GraphQLObjectType)
        return self._braced(self.dressed(on, self._of_object(on, room), room))

    def alias(self) -> str:
        """A name that the document uses for nothing else."""
        self.saw("alias")
        self._aliases += 1
        return f"a{self._aliases}: "

    def directives(self) -> str:
        """Mostly nothing; else what keeps a selection or drops it."""
        if self.chance.random() > 0.07:
            return ""
        both = self.chance.random() < 0.15
        names = ["skip", "include"] if both else [self.chance.choice(["skip", "include"])]
        return "".join(map(self._directive, names))

    def dressed(self, on: GraphQLObjectType, entries: list[str], room: Room) -> list[str]:
        """The same selections, some of them again, some inside fragments."""
        if self.chance.random() < 0.1:
            self.saw("the same selection twice")
            entries.append(self.chance.choice(entries))
        if self.chance.random() > 0.3:
            return entries
        start = self.chance.randrange(len(entries))
        end = self.chance.randint(start + 1, len(entries))
        return [*entries[:start], self._wrapped(on, entries[start:end], room), *entries[end:]]

    def _directive(self, name: str) -> str:
        on = self.chance.random() < 0.25 if name == "skip" else self.chance.random() < 0.75
        kind = "variable" if self.chance.random() < 0.6 else "literal"
        self.saw(f"@{name} with a {kind}")
        value = f"${self.variables.switch(on)}" if kind == "variable" else str(on).lower()
        return f" @{name}(if: {value})"

    def _of_object(self, on: GraphQLObjectType, room: Room) -> list[str]:
        fields = {name: field for name, field in on.fields.items() if name not in OF_THE_CLOCK}
        leaves = [name for name, field in fields.items() if is_leaf(field)]
        links = [name for name in fields if name not in leaves]
        most = 2 if leaves else 3
        wanted = self.chance.randint(0 if leaves else 1, most) if room.is_wide else 0
        some = self.chance.sample(leaves, min(len(leaves), self.chance.randint(1, 4)))
        entries = [self._leaf(name) for name in some]
        for name in self.chance.sample(links, min(len(links), wanted)):
            entries += self._link(name, on.fields[name], room)
        if not entries or self.chance.random() < 0.15:
            self.saw("__typename")
            entries.append(f"{self._maybe_alias()}__typename{self.directives()}")
        self.chance.shuffle(entries)
        return entries

    def _of_interface(self, on: GraphQLInterfaceType, room: Room) -> list[str]:
        self._in_abstract += 1
        entries = [name for name in ("id", "__typename") if self.chance.random() < 0.6]
        types = list(self.schema.get_possible_types(on))
        for type_ in self.chance.sample(types, self.chance.randint(2, 7)):
            inner = self.dressed(type_, self._of_object(type_, room), room)
            kind = self.chance.randrange(4)
            if kind == 0:
                entries.append(self._named(type_, inner, room))
            elif kind == 1:
                self.saw("fragment on an interface inside another")
                entries.append(f"... on {on.name} {{ id ... on {type_} {self._braced(inner)} }}")
            else:
                self.saw("type condition")
                entries.append(f"... on {type_}{self.directives()} {self._braced(inner)}")
        self._in_abstract -= 1
        return entries

    def _leaf(self, name: str) -> str:
        alias = self.alias() if self._must_differ(name) else self._maybe_alias()
        return f"{alias}{name}{self.directives()}"

    def _link(self, name: str, field: GraphQLField, room: Room) -> list[str]:
        many = is_list_type(get_nullable_type(field.type))
        in_connection = name in ("nodes", "edges")
        below = room.below(ITEMS_IN_A_LIST if many and not in_connection else 1)
        if below.depth < 1 or below.rows < 1:
            return []
        self.saw(f"field {name}" if in_connection or name == "pageInfo" else "link")
        key = self.alias() if self._must_differ(name) else self._maybe_alias()
        on = get_named_type(field.type)
        times = 2 if self.chance.random() < 0.08 and below.rows > 20 else 1
        if times == 2:
            self.saw("one field with two selections")
        return [f"{key}{name}{self.directives()} {self.of(on, below)}" for _ in range(times)]

    def _wrapped(self, on: GraphQLObjectType, entries: list[str], room: Room) -> str:
        interface = next(iter(on.interfaces), None)
        known = [one for one in self.fragments if one.on is on and room.holds(one.room)]
        kind = self.chance.choice(["bare", "typed", "named", "named", "interface"])
        if known and not self._in_abstract and self.chance.random() < 0.5:
            self.saw("fragment spread again")
            return self._spread(self.chance.choice(known)) + f" {self._line(entries)}"
        if kind == "named":
            return self._named(on, entries, room)
        if kind == "interface" and interface:
            self.saw("fragment on an interface")
            return f"... on {interface} {{ id ... on {on} {self._braced(entries)} }}"
        self.saw("inline fragment" if kind == "bare" else "inline fragment with its type")
        condition = f" on {on}" if kind == "typed" else ""
        return f"...{condition}{self.directives()} {self._braced(entries)}"

    def _named(self, on: GraphQLObjectType, entries: list[str], room: Room) -> str:
        self.saw("named fragment")
        fragment = Fragment(f"F{len(self.definitions)}", on, room)
        condition = on.interfaces[0] if on.interfaces and self.chance.random() < 0.15 else on
        body = self._braced(entries)
        if condition is not on:
            self.saw("named fragment on an interface")
            body = f"{{ id ... on {on} {body} }}"
        self.definitions.append(f"fragment {fragment.name} on {condition} {body}")
        self.fragments.append(fragment)
        return self._spread(fragment)

    def _spread(self, fragment: Fragment) -> str:
        return f"...{fragment.name}{self.directives()}"

    def _maybe_alias(self) -> str:
        return self.alias() if self._aliases < MANY_ALIASES and self.chance.random() < 0.08 else ""

    def _must_differ(self, name: str) -> bool:
        return bool(self._in_abstract) and name in self._apart

    def _braced(self, entries: list[str]) -> str:
        return f"{{ {self._line(entries)} }}"

    def _line(self, entries: list[str]) -> str:
        return self.chance.choice([" ", " ", " ", ", ", "\n  "]).join(entries)


def is_leaf(field: GraphQLField) -> bool:
    """Whether the field takes no selections."""
    return is_leaf_type(get_named_type(field.type))


def _told_apart(schema: GraphQLSchema) -> set[str]:
    """Names that fields of different types of one interface share."""
    shapes: dict[str, set[str]] = {}
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLInterfaceType):
            for one in schema.get_possible_types(type_):
                for name, field in one.fields.items():
                    shapes.setdefault(name, set()).add(str(field.type))
    return {name for name, types in shapes.items() if len(types) > 1}
