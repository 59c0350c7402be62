"""Refusals in GraphQL: in a mutation's `errors`, or with `extensions.code` at the top."""

import dataclasses
import re
from collections.abc import Hashable
from functools import cache
from typing import Any, cast, get_args, get_type_hints

import strawberry
import structlog
from graphql import GraphQLError
from strawberry.utils.str_converters import to_camel_case

from api.domain.errors import ValidationFailed
from api.domain.filters.errors import UnknownFilter
from api.domain.refusals import Kind, StockroomError, every_refusal
from graphql_schema.outputs import output_of

TOP = {
    Kind.BAD_REQUEST,
    Kind.UNAUTHENTICATED,
    Kind.FORBIDDEN,
    Kind.TOO_MANY,
    Kind.TOO_SLOW,
    Kind.UNAVAILABLE,
}
_ECHOES = (
    (re.compile(r"(?s), found: .*"), "."),
    (re.compile(r"(?s)(cannot represent [^:]*value): .*"), r"\1."),
    (re.compile(r"(?s)Value .* does not exist in"), "The value does not exist in"),
)
_UNKNOWN_FILTER = re.compile(
    r"Expected value of type '(?P<of>\w+Filter)' not to include unknown field '(?P<name>\w+)'"
)
log = structlog.get_logger("graphql")


@strawberry.interface(
    description="Why a mutation was refused. `code` never changes; `message` is for people."
)
class UserError:
    code: str
    message: str
    path: list[str] | None = strawberry.field(
        description="The input field at fault, where it is one."
    )


def refusals() -> list[type[StockroomError]]:
    """Every refusal that a mutation answers in its `errors`."""
    return [error for error in every_refusal() if error.kind not in TOP]


def type_of(error: type[StockroomError]) -> Any:
    """The GraphQL type of one refusal: what it says beyond its message are fields of its own."""
    return _type_of(cast("Hashable", error))


@cache
def _type_of(error: Any) -> Any:
    hints = get_type_hints(error)
    extra = {
        f.name: _graphql(hints[f.name]) for f in dataclasses.fields(error) if f.name != "message"
    }
    namespace = {"__annotations__": extra, "__doc__": error.__doc__, "__module__": __name__}
    return strawberry.type(type(error.__name__, (UserError,), namespace), description=error.__doc__)


def _graphql(hint: Any) -> Any:
    args = get_args(hint)
    if args and isinstance(args[0], type) and dataclasses.is_dataclass(args[0]):
        return list[output_of(args[0])]  # type: ignore[misc]
    return hint


def user_error(error: StockroomError) -> Any:
    """A refusal as an entry of a mutation's `errors`."""
    details = {name: _camel(value) for name, value in error.details.items()}
    faults = details.get("errors") or []
    path = faults[0].path if len(faults) == 1 else None
    return type_of(type(error))(code=error.code, message=error.message, path=path, **details)


def _camel(value: Any) -> Any:
    if isinstance(value, list):
        return [_camel(entry) for entry in value]
    if dataclasses.is_dataclass(value) and hasattr(value, "path"):
        return dataclasses.replace(value, path=["input", *map(to_camel_case, value.path)])  # type: ignore[type-var]
    return value


def top_level(error: GraphQLError, trace_id: str) -> GraphQLError:
    """An error as it may leave: refusals with their code, requests' own faults as they are, the
    rest masked.
    """
    cause = error.original_error
    if cause is None or isinstance(cause, GraphQLError):
        if unknown := _UNKNOWN_FILTER.search(error.message):
            cause = UnknownFilter.at(unknown["name"], unknown["of"])
            return _renamed(error, cause.message, {"code": cause.code, **cause.plain_details})
        error.message = _without_values(error.message)
        if error.path is None or "code" in (error.extensions or {}):
            return error
        if error.message.startswith("Argument "):
            return _renamed(error, error.message, {"code": "BAD_REQUEST"})
        cause = error  # an answer that does not fit the schema
    if error.path is None and "code" in (error.extensions or {}):
        return error  # a literal that a scalar refused, in words of ours
    if isinstance(cause, StockroomError):
        return _renamed(error, cause.message, {"code": cause.code, **_worded(cause)})
    log.error("unhandled", trace_id=trace_id, path=error.path, exc_info=cause)
    return _renamed(error, "Something broke here; it is logged.", {"code": "INTERNAL"})


def _worded(refusal: StockroomError) -> dict[str, Any]:
    """What a refusal says beyond its message, its faults by the names that GraphQL has."""
    details = refusal.plain_details
    if isinstance(refusal, ValidationFailed):
        for fault in details["errors"]:
            fault["path"] = [to_camel_case(step) for step in fault["path"]]
    return details


def _without_values(message: str) -> str:
    """What graphql-core says of a value without the value, which may be a password."""
    for echo, said in _ECHOES:
        message = echo.sub(said, message)
    return message


def _renamed(error: GraphQLError, message: str, extensions: dict[str, Any]) -> GraphQLError:
    return GraphQLError(
        message, nodes=error.nodes, source=error.source, path=error.path, extensions=extensions
    )
