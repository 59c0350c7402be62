"""Operations that no shop should have, and the two doors to them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import strawberry
from fastapi import FastAPI
from sqlalchemy import text
from strawberry.schema.config import StrawberryConfig

from api.domain.actors import Permission
from api.domain.fields import Id, Name, Strict
from api.domain.operations import OPERATIONS, Key, Kind, operation
from api.domain.scope import Scope
from api.main import create_app
from api.middleware.tracing import TRACE_ID
from api.settings import Settings
from graphql_schema.commands import mutation, query
from graphql_schema.context import get_context
from graphql_schema.errors import refusals, type_of
from graphql_schema.outputs import output_of
from graphql_schema.router import make_graphql_router
from graphql_schema.scalars import SCALARS
from graphql_schema.schema import StockroomSchema
from rest.doors import ReaderDep, WriterDep
from rest.routes import area

F = TypeVar("F", bound=Callable[..., Any])
DSN = "postgresql://shop:hunter2@db.internal/shop"


def declared(
    kind: Kind = Kind.COMMAND,
    permission: Permission = Permission.PUBLIC,
    *,
    key: Key = Key.OPTIONAL,
    versioned: bool = False,
) -> Callable[[F], Any]:
    """Declares an operation, and takes it off the list again: that is the shop's."""

    def declare(function: F) -> Any:
        made = operation(kind, permission, key=key, versioned=versioned)(function)
        return OPERATIONS.pop(made.name)

    return declare


@dataclass
class Done:
    """That something was done."""

    name: str


class Attempt(Strict):
    """What to try."""

    name: Name


@declared()
async def burn_down(scope: Scope, command: Attempt) -> Done:
    """A bug that knows too much."""
    raise RuntimeError(f"cannot reach {DSN}")


@declared()
async def count_twice(scope: Scope, command: Attempt) -> Done:
    """Breaks a rule that is only checked when the transaction ends."""
    session = scope.session
    await session.execute(
        text("CREATE TEMP TABLE tally (n int UNIQUE DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP")
    )
    await session.execute(text("INSERT INTO tally VALUES (1), (1)"))
    return Done(command.name)


@declared(Kind.QUERY)
async def get_ashes(scope: Scope, item_id: Id) -> Done:
    """A bug in a query."""
    raise RuntimeError(f"cannot reach {DSN}")


def lab(settings: Settings) -> FastAPI:
    """The application, with these operations beside its own: under /v1/lab and at /lab."""
    app = create_app(settings)
    routes = area("/lab", "lab")

    @routes.post("/burn-down")
    async def burn(writer: WriterDep, command: Attempt) -> Done:
        done: Done = await writer.run(burn_down, command)
        return done

    @routes.post("/count-twice")
    async def count(writer: WriterDep, command: Attempt) -> Done:
        done: Done = await writer.run(count_twice, command)
        return done

    @routes.get("/ashes")
    async def ashes(reader: ReaderDep) -> Done:
        done: Done = await reader.run(get_ashes, Id("x"))
        return done

    app.router.routes.extend(routes.routes)
    graphql = make_graphql_router(_schema(), get_context, path="/lab", trace_id=TRACE_ID.get)
    app.router.routes.extend(graphql.routes)
    return app


def _schema() -> StockroomSchema:
    done = output_of(Done)

    @strawberry.type
    class LabQuery:
        ashes = query(get_ashes, done)
        more = query(get_ashes, done)

    @strawberry.type
    class LabMutation:
        burn_down = mutation(burn_down, done)
        count_twice = mutation(count_twice, done)

    return StockroomSchema(
        query=LabQuery,
        mutation=LabMutation,
        types=[type_of(error) for error in refusals()],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
