"""What a resolver gets: the caller's scope and the loaders over it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar, TypeVarTuple

from strawberry.fastapi import BaseContext

from api.deps import ScopeDep, open_scope
from api.domain.operations import Kind, Operation
from api.domain.scope import PLAIN, Scope, Terms
from graphql_schema.loaders import Loaders

R = TypeVar("R")
Ts = TypeVarTuple("Ts")


class Context(BaseContext):
    """One operation's context."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope
        self.loaders = Loaders(scope)

    async def run(self, operation: Operation[*Ts, R], *args: *Ts, terms: Terms = PLAIN) -> R:
        """Run an operation; after a command everything is loaded anew."""
        result = await self.scope.run(operation, *args, terms=terms)
        if self.scope.replayed and self.response is not None:
            self.response.headers["Idempotency-Replayed"] = "true"
        if operation.kind is Kind.COMMAND:
            self.loaders = Loaders(self.scope)
        return result

    @asynccontextmanager
    async def renewed(self) -> AsyncIterator["Context"]:
        """A context for one operation of a socket, whose caller is asked for again each time."""
        if self.request is None:
            raise RuntimeError("A context without a connection cannot be renewed.")
        async with asynccontextmanager(open_scope)(self.request) as scope:
            yield Context(scope)


async def get_context(scope: ScopeDep) -> Context:
    """The context of a request; async, or FastAPI would run it in a thread without a loop."""
    return Context(scope)
