"""Leaf values as expressions: what is its own rendering costs one comparison of its type."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLString,
    Undefined,
)
from strawberry.execution import optimized_is_awaitable

from graphql_schema.engine.outcome import NotPlainError

_TESTS = {
    GraphQLString.name: "type(v) is str",
    GraphQLID.name: "type(v) is str",
    GraphQLBoolean.name: "type(v) is bool",
    GraphQLInt.name: "type(v) is int and -2147483648 <= v <= 2147483647",
}
_BUILT_IN = {type_.name: type_ for type_ in (GraphQLString, GraphQLID, GraphQLBoolean, GraphQLInt)}
_COPIES: dict[Any, str] = {int: "type(v) is int", str: "type(v) is str", dict: "type(v) is dict"}


@dataclass(frozen=True)
class Leaf:
    """How values of one leaf type are rendered.

    Where `test` holds of a value `v` it is rendered by `quick`; otherwise `render` does what
    graphql-core would do. Both may name what is in `names`.
    """

    test: str
    quick: str
    names: dict[str, Any]
    render: Callable[[Any], Any]

    @classmethod
    def of(cls, type_: GraphQLLeafType) -> "Leaf":
        """The rendering of this type."""
        render = _render(type_.coerce_output_value)
        if isinstance(type_, GraphQLEnumType):
            return _of_enum(type_, render)
        if _BUILT_IN.get(type_.name) is type_:
            return cls(_TESTS[type_.name], "v", {}, render)
        copied = _COPIES.get(type_.coerce_output_value)
        return cls(copied or "", "v", {}, render)

    def expression(self, value: str, render: str, nullable: bool) -> str:
        """Python for the rendering of `value`; `render` is the name of the slow way."""
        null = f"(v := {value}) is None"
        if not self.test:
            return f"(None if {null} else {render}(v))" if nullable else f"{render}({value})"
        if nullable:
            return f"(None if {null} else {self.quick} if {self.test} else {render}(v))"
        test = self.test.replace("type(v)", f"type(v := {value})", 1)
        return f"({self.quick} if {test} else {render}(v))"


def _of_enum(type_: GraphQLEnumType, render: Callable[[Any], Any]) -> Leaf:
    words: type | None = getattr(type_, "wrapped_cls", None)
    if words is None:
        return Leaf("", "v", {}, render)
    members = {member: render(member) for member in words}  # type: ignore[attr-defined]
    names = {f"{type_.name}_class": words, f"{type_.name}_names": members}
    return Leaf(f"type(v) is {type_.name}_class", f"{type_.name}_names[v]", names, render)


def _render(coerce: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def render(value: Any) -> Any:
        if value is None or value is Undefined or isinstance(value, Exception):
            raise NotPlainError("null or an error where a value must be")
        if optimized_is_awaitable(value):
            raise NotPlainError("a value that is not there yet")
        rendered = coerce(value)
        if rendered is None or rendered is Undefined:
            raise NotPlainError("a value that its type does not render")
        return rendered

    return render
