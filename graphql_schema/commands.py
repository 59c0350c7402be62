"""Mutations made from operations: one `input`, and `{ result, errors }` back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from typing import Any, Generic, TypeVar

import strawberry
from graphql import FieldNode
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.types import Scope as Asgi
from strawberry.types import Info
from strawberry.utils.str_converters import to_camel_case

from api.domain.bulk import faults_of
from api.domain.errors import BadRequest, ValidationFailed
from api.domain.idempotency import checked
from api.domain.operations import AnyOperation, Key
from api.domain.refusals import StockroomError
from api.domain.scope import Terms
from api.domain.weights import weight_of
from api.keys import key_of
from graphql_schema.describing import described
from graphql_schema.errors import TOP, UserError, user_error
from graphql_schema.inputs import graphql_annotation, input_of, make_input, optional

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

_KEY_TEXTS = {
    Key.OPTIONAL: "The same key, the same effect, once.",
    Key.REQUIRED: "The same key, the same effect, once. It is needed here, or the header"
    " `Idempotency-Key`, which counts for a document with this one mutation.",
}


@strawberry.enum(description="Whether a thing must be there already.")
class Presence(Enum):
    ABSENT = "ABSENT"
    PRESENT = "PRESENT"


@strawberry.type(description="What a mutation did, or why it was refused; never both.")
class Payload(Generic[T]):
    result: T | None
    errors: list[UserError]
    replayed: bool = strawberry.field(
        default=False,
        description="Whether this is the answer of an earlier call with the same key.",
    )


Cookies = Callable[[Asgi, Any], list[str]]
"""The cookies that a connection and a result call for."""


def mutation(operation: AnyOperation, result: Any, *, cookies: Cookies | None = None) -> Any:
    """The mutation of a command; one that sets cookies is not for sockets, which have none."""
    ids = {name: hint for name, hint in operation.hints.items() if _is_plain(name, hint)}
    plain_arguments = [_Argument(name, hint) for name, hint in ids.items()]
    made = _input(operation, ids)

    async def resolver(info: Info, input: Any) -> Any:
        sent = dict(input)
        if operation.key is Key.REFUSED:  # its answer may hold a secret
            info.context.response.headers["Cache-Control"] = "no-store"
        try:
            if cookies is not None and info.context.is_socket:
                raise BadRequest("Cookies are set by answers to POST; a socket has none.")
            terms = _terms(sent, info)
            args = [argument.checked(sent.pop(argument.name)) for argument in plain_arguments]
            if operation.command is not None:
                args.append(validated(operation.command, sent, []))
            done = await info.context.run(operation, *args, terms=terms)
        except StockroomError as refused:
            if refused.kind in TOP:
                raise
            return Payload(result=None, errors=[user_error(refused)])
        if cookies is not None and not terms.validate_only:
            info.context.set_cookies(cookies(info.context.connection.scope, done))
        return Payload(result=done, errors=[], replayed=info.context.scope.replayed)

    resolver.__annotations__ |= {"input": made, "return": Payload[result] | None}
    return strawberry.mutation(
        resolver=resolver,
        description=described(operation),
        metadata={"weight": weight_of(operation.command)},
    )


def query(operation: AnyOperation, result: Any) -> Any:
    """The root field of a query for one thing; what is not there is null."""
    hints = [hint for name, hint in operation.hints.items() if name != "return"]
    arguments = [_Argument("id", hint) for hint in hints]

    async def run(info: Info, *values: Any) -> Any:
        pairs = zip(arguments, values, strict=True)
        args = [argument.checked(value) for argument, value in pairs]
        return await info.context.run(operation, *args)

    if arguments:

        async def resolver(info: Info, id: Any) -> Any:
            return await run(info, id)

        resolver.__annotations__ |= {"id": graphql_annotation(arguments[0].hint)}
    else:

        async def resolver(info: Info) -> Any:  # type: ignore[misc]
            return await run(info)

    resolver.__annotations__ |= {"return": result | None}
    return strawberry.field(resolver=resolver, description=described(operation))


def validated(model: type[M], sent: Any, at: list[str]) -> M:
    """The checked command; raises ValidationFailed with every fault, and where."""
    try:
        return model.model_validate(sent)
    except ValidationError as error:
        raise _failed(error, at) from None


@dataclass
class _Argument:
    """An argument of an operation that is no command, and what it must be."""

    name: str
    hint: Any

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.hint)

    def checked(self, value: Any) -> Any:
        """The value if it may be one; raises ValidationFailed otherwise."""
        try:
            return self._adapter.validate_python(value)
        except ValidationError as error:
            raise _failed(error, [self.name]) from None


def _failed(error: ValidationError, at: list[str]) -> ValidationFailed:
    faults = [
        replace(fault, path=[to_camel_case(step) for step in (*at, *fault.path)])
        for fault in faults_of(error)
    ]
    return ValidationFailed.of(faults)


def _is_plain(name: str, hint: Any) -> bool:
    return name != "return" and not (isinstance(hint, type) and issubclass(hint, BaseModel))


def _input(operation: AnyOperation, ids: dict[str, Any]) -> type:
    fields = {name: (graphql_annotation(hint), strawberry.field()) for name, hint in ids.items()}
    if operation.command is not None:
        for field in input_of(operation.command).__strawberry_definition__.fields:  # type: ignore[attr-defined]
            fields[field.python_name] = (field.type_annotation.annotation, field)
    if operation.versioned:
        text = "The version to change; refused when it is another by now."
        fields["expected_version"] = (int, strawberry.field(description=text))
    if operation.upserts:
        fields["expected_version"] = optional(int, "The version to replace.")
        fields["expected_presence"] = optional(Presence, "Create only, or replace only.")
    if operation.key is not Key.REFUSED:
        fields["idempotency_key"] = optional(str, _KEY_TEXTS[operation.key])
    if operation.tried:
        fields["validate_only"] = optional(bool, "Do everything but keep nothing.")
    name = "".join(word.capitalize() for word in operation.name.split("_")) + "Input"
    return make_input(name, operation.function.__doc__ or "", fields)


def _terms(sent: dict[str, Any], info: Info) -> Terms:
    key = _key(sent.pop("idempotency_key", None), info)
    version, presence = sent.pop("expected_version", None), sent.pop("expected_presence", None)
    there, absent = presence is Presence.PRESENT, presence is Presence.ABSENT
    versions = () if version is None else (version,)
    return Terms(key, versions, there, absent, bool(sent.pop("validate_only", None)))


def _key(sent: str | None, info: Info) -> str | None:
    """The key of the input, or that of the header, which can stand for one mutation alone."""
    named = None if info.context.is_socket else key_of(info.context.connection.scope["headers"])
    if sent is not None:
        sent = checked(sent)
    if named is None or named == sent:
        return sent
    if sent is not None:
        raise BadRequest("The header Idempotency-Key and idempotencyKey differ.")
    fields = info.operation.selection_set.selections
    if len(fields) > 1 or not isinstance(fields[0], FieldNode):
        raise BadRequest("The header Idempotency-Key cannot stand for several mutations.")
    return named
