"""Variables: declared as they are used, in every form that GraphQL lets through."""

import random
from collections.abc import Callable
from typing import Any

from graphql import GraphQLArgument, GraphQLInputType, GraphQLNonNull, get_nullable_type

from tests.differential.questions import Variable, literal
from tests.differential.values import Values


class Variables:
    """The variables of one operation, and the values that are sent for them."""

    def __init__(
        self, chance: random.Random, values: Values, saw: Callable[[str], None], faulty: float
    ) -> None:
        self.chance, self.values, self.saw, self.faulty = chance, values, saw, faulty
        self.declared: list[str] = []
        self.sent: dict[str, Any] = {}
        self._switches: list[Variable] = []

    @property
    def declaration(self) -> str:
        """What stands in parentheses after the operation's name."""
        return f"({', '.join(self.declared)})" if self.declared else ""

    def argument(self, declared: GraphQLArgument, value: Any) -> Variable:
        """A variable for an argument, declared at least as strictly as the argument wants it."""
        type_, strict = declared.type, isinstance(declared.type, GraphQLNonNull)
        inner: Any = get_nullable_type(type_)
        if not strict and self.chance.random() < 0.2:
            return self._required(GraphQLNonNull(inner), value)
        if self.chance.random() < 0.3:
            return self._with_default(inner, value, strict=strict)
        if strict:
            return self._required(type_, value)
        return self._optional(type_, value)

    def switch(self, on: bool) -> Variable:
        """A variable for the `if` of a directive."""
        if self._switches and self.chance.random() < 0.5:
            self.saw("variable used twice")
            return self.chance.choice(self._switches)
        kind = self.chance.randrange(3)
        name = self._new(
            ["Boolean!", f"Boolean = {literal(on)}", f"Boolean! = {literal(on)}"][kind]
        )
        if kind == 0 or self.chance.random() < 0.4:
            self.sent[name] = on if self.chance.random() > self.faulty / 2 else "on"
        self._switches.append(name)
        return name

    def nested(self, type_: GraphQLInputType, value: Any) -> Variable:
        """A variable inside a list or an input object."""
        self.saw("variable inside a value")
        name = self._new(str(type_))
        self.sent[name] = value
        return name

    def _required(self, type_: GraphQLInputType, value: Any) -> Variable:
        name = self._new(str(type_))
        if self.chance.random() < self.faulty:
            self.saw("required variable missing")
        elif self.chance.random() < self.faulty:
            self.sent[name] = self.values.wrong(type_)
        else:
            self.sent[name] = value
        return name

    def _with_default(self, type_: GraphQLInputType, value: Any, *, strict: bool) -> Variable:
        self.saw("variable with a default")
        name = self._new(f"{type_} = {literal(value)}")
        if self.chance.random() < 0.3:
            self.saw("default overruled")
            self.sent[name] = value if strict or self.chance.random() < 0.5 else None
        elif strict and self.chance.random() < self.faulty:
            self.saw("null where there must be something")
            self.sent[name] = None
        return name

    def _optional(self, type_: GraphQLInputType, value: Any) -> Variable:
        name = self._new(str(type_))
        chosen = self.chance.random()
        if chosen < 0.12:
            self.saw("optional variable missing")
        elif chosen < 0.24:
            self.saw("variable that is null")
            self.sent[name] = None
        elif chosen < 0.24 + self.faulty:
            self.sent[name] = self.values.wrong(type_)
        else:
            self.sent[name] = value
        return name

    def _new(self, type_: str) -> Variable:
        self.saw("variable")
        name = Variable(f"v{len(self.declared)}")
        self.declared.append(f"${name}: {type_}")
        return name
