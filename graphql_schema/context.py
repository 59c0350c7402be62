"""What a resolver gets: the caller's scope and the loaders over it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar, TypeVarTuple

from starlette.requests import HTTPConnection
from starlette.responses import Response
from strawberry.fastapi import BaseContext

from api.budgets import Standing
from api.deps import SAID, OpenScope, caller_of, charge, scope_of
from api.domain.actors import Actor
from api.domain.operations import Kind, Operation
from api.domain.scope import PLAIN, Scope, Terms
from graphql_schema.crowd import Place
from graphql_schema.loaders import Loaders

R = TypeVar("R")
Ts = TypeVarTuple("Ts")


class Context(BaseContext):
    """One operation's context."""

    def __init__(self, scope: Scope, connection: HTTPConnection, response: Response) -> None:
        super().__init__()
        self.scope, self.connection, self.response = scope, connection, response
        self.loaders = Loaders(scope)
        self.place: Place | None = None

    async def run(self, operation: Operation[*Ts, R], *args: *Ts, terms: Terms = PLAIN) -> R:
        """Run an operation; after a command everything is loaded anew."""
        result = await self.scope.run(operation, *args, terms=terms)
        if self.scope.replayed and self.response is not None:
            self.response.headers["Idempotency-Replayed"] = "true"
        if operation.kind is Kind.COMMAND:
            self.forget()
        return result

    async def charge(self, cost: int) -> Standing | None:
        """Take points from the caller's budget; gives what is left."""
        return await charge(self.connection.scope, self.scope, cost)

    @property
    def payer(self) -> str:
        """Whose budget that is: a user's, or a network's."""
        return self.scope.actor.user_id or self.scope.network

    @property
    def stored_documents_only(self) -> bool:
        """Whether the caller's credentials are good for nothing else."""
        return self.scope.actor.stored_documents_only

    def forget(self) -> None:
        """Believe nothing that was loaded so far."""
        self.loaders = Loaders(self.scope)

    async def caller(self) -> Actor:
        """Who is at the other end of a socket at this moment; raises Unauthenticated when the
        credentials are not good any more.
        """
        return await caller_of(self.connection)

    @property
    def is_socket(self) -> bool:
        """Whether it is for an operation of a socket."""
        return bool(self.connection.scope["type"] == "websocket")

    def set_cookies(self, cookies: list[str]) -> None:
        """Have a browser keep these."""
        if self.response is not None:
            for cookie in cookies:
                self.response.headers.append("set-cookie", cookie)

    async def sign_in(self) -> None:
        """Have the socket's caller be whom its `connection_init` names, for all its operations;
        raises Unauthenticated, and RateLimited where they have sockets enough.
        """
        sent = self.connection_params or {}
        for name in ("authorization", "Authorization"):
            if name in sent:
                self.connection.scope[SAID] = str(sent[name])
                async with self.renewed() as known:
                    self.scope.actor = known.scope.actor
                break
        if self.place is not None:
            self.place.belong_to(self.payer)

    @asynccontextmanager
    async def renewed(self) -> AsyncIterator["Context"]:
        """A context for one operation of a socket, whose caller is asked for again each time."""
        async with OpenScope(self.connection) as scope:
            yield Context(scope, self.connection, Response())


async def get_context(connection: HTTPConnection, response: Response) -> Context:
    """The context of a request, or of a socket."""
    return Context(await scope_of(connection), connection, response)
