"""`@operation`: the only way into the domain, and the list that both faces are checked against."""

import inspect
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    NoReturn,
    TypeAlias,
    TypeVar,
    TypeVarTuple,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from pydantic import BaseModel, TypeAdapter

from api.domain.actors import Actor, Permission
from api.domain.errors import Forbidden, Unauthenticated

if TYPE_CHECKING:
    from api.domain.asking import Asking
    from api.domain.lookups import Lookup
    from api.domain.paging import Listing
    from api.domain.scope import Scope

R = TypeVar("R")
Ts = TypeVarTuple("Ts")


class Kind(Enum):
    """What an operation does to the books; BULK is a query for loaders, without a face.

    Files go over REST alone, as GraphQL is JSON. EXPORT sends one: GraphQL reads a list in pages,
    and the address of a picture. UPLOAD is a command that takes one: GraphQL has a command that
    takes the id of what was sent.
    """

    COMMAND = "command"
    QUERY = "query"
    BULK = "bulk"
    EXPORT = "export"
    UPLOAD = "upload"

    @property
    def commits(self) -> bool:
        """Whether it changes something, under terms."""
        return self in (Kind.COMMAND, Kind.UPLOAD)

    @property
    def has_faces(self) -> bool:
        """Whether both faces must offer it as an operation."""
        return self in (Kind.COMMAND, Kind.QUERY)


class Key(Enum):
    """Whether a command must, can or must not be sent under an idempotency key (secrets are never
    stored).
    """

    REQUIRED = "required"
    OPTIONAL = "optional"
    REFUSED = "refused"


@dataclass(frozen=True, eq=False)
class Operation(Generic[*Ts, R]):
    """A guarded service function; services call it directly, faces only through `Scope.run`."""

    name: str
    kind: Kind
    permission: Permission
    key: Key
    versioned: bool
    function: Callable[..., Coroutine[Any, Any, R]]
    late: bool = False
    upserts: bool = False
    made_of: tuple[str, ...] = ()
    listing: "Listing[Any] | None" = None
    tried: bool = True
    lookup: "Lookup[Any] | None" = None

    async def __call__(self, scope: "Scope", *args: *Ts) -> R:
        self.authorize(scope)
        return await self.function(scope, *args)

    def authorize(self, scope: "Scope") -> None:
        """Refuse the caller who lacks the operation's permission."""
        if not scope.actor.may(self.permission):
            refuse_without(scope.actor, self.permission)

    @cached_property
    def area(self) -> str:
        """The part of the domain that it belongs to."""
        return self.function.__module__.removeprefix("api.domain.").partition(".")[0]

    @cached_property
    def hints(self) -> dict[str, Any]:
        """The resolved annotations of the function, `return` included, `scope` left out."""
        hints = get_type_hints(self.function, include_extras=True)
        return {name: hint for name, hint in hints.items() if name != "scope"}

    @property
    def listed(self) -> "Listing[Any]":
        """The list that this gives."""
        if self.listing is None:
            raise TypeError(f"{self.name} gives no list.")
        return self.listing

    @property
    def asking(self) -> "Asking":
        """What that list may be asked."""
        return self.listed.asking

    @cached_property
    def gives_lists(self) -> bool:
        """Whether a bulk read finds several rows for each key."""
        return get_origin(get_args(self.hints["return"])[1]) is list

    @cached_property
    def result(self) -> TypeAdapter[R]:
        """Reads and writes the result as JSON, to store it beside an idempotency key."""
        return TypeAdapter(self.hints["return"])

    @cached_property
    def command(self) -> type[BaseModel] | None:
        """The model of the operation's command or filter, where it takes one."""
        models = [
            hint
            for hint in self.hints.values()
            if inspect.isclass(hint) and issubclass(hint, BaseModel)
        ]
        return models[0] if models else None


def refuse_without(actor: Actor, permission: Permission) -> NoReturn:
    """Refuse who lacks a permission; strangers are asked to sign in."""
    if actor.role is None:
        raise Unauthenticated("Sign in first: send a bearer token or an API key.")
    raise Forbidden(f"This needs the permission {permission}.", permission)


AnyOperation: TypeAlias = Operation[*tuple[Any, ...], Any]

OPERATIONS: dict[str, AnyOperation] = {}
MADE_OF: set[str] = set()
"""The areas whose changes outdate an answer that may be kept."""


def operation(
    kind: Kind,
    permission: Permission | None,
    *,
    key: Key = Key.OPTIONAL,
    versioned: bool = False,
    late: bool = False,
    upserts: bool = False,
    made_of: tuple[str, ...] = (),
    listing: "Listing[Any] | None" = None,
    tried: bool = True,
    lookup: "Lookup[Any] | None" = None,
) -> Callable[[Callable[["Scope", *Ts], Coroutine[Any, Any, R]]], Operation[*Ts, R]]:
    """Declare a service function an operation; without a permission it cannot be declared, so the
    server does not start. A `late` command takes no connection before its first statement; one
    that `upserts` makes a thing, at version 1, or replaces it. The answer of a query that names
    the areas it is `made_of` is the same for all who may ask: it may be kept until one changes.
    What gives a list is asked as its `listing` allows. One that is not `tried` takes no
    `validate_only`: its answer is good whether it is kept or not. A bulk read that does no more
    than to look rows up names its `lookup`.
    """

    def declare(function: Callable[["Scope", *Ts], Coroutine[Any, Any, R]]) -> Operation[*Ts, R]:
        name = function.__name__
        if not isinstance(permission, Permission):
            raise TypeError(f"The operation {name} names no permission.")
        if name in OPERATIONS:
            raise TypeError(f"There are two operations named {name}.")
        options = (late, upserts, made_of, listing, tried, lookup)
        declared = Operation[*Ts, R](name, kind, permission, key, versioned, function, *options)
        MADE_OF.update(made_of)
        OPERATIONS[name] = cast("AnyOperation", declared)
        return declared

    return declare
