"""How a handler reaches the domain: a query through `Reader`, a command through `Writer`, each with
its headers.
"""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, TypeVar, TypeVarTuple

from fastapi import Depends, Header, Query, Request
from fastapi.dependencies.models import Dependant

from api.deps import ScopeDep
from api.domain.errors import BadRequest
from api.domain.operations import Operation
from api.domain.scope import Scope, Terms
from api.keys import read_key
from rest.etags import is_absence, version_in, versions_of
from rest.guards import Guard

Handler = Callable[..., Coroutine[Any, Any, Any]]
R = TypeVar("R")
Ts = TypeVarTuple("Ts")

COLLECTIONS = {
    "category": "categories",
    "customer": "customers",
    "item": "items",
    "location": "locations",
    "order": "orders",
    "posting": "postings",
    "upload": "uploads",
    "user": "users",
}
EXPAND = "Links to follow, comma separated: what they lead to stands beside the row's own fields."
FIELDS = (
    "Fields, comma separated; `.` leads into what they hold and along links. The answer then has "
    "these alone of those that its schema requires."
)
IF_NONE_MATCH = "ETags of what the caller has: 304 where it is still the same."


class Reader:
    """Runs queries for one request."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    async def run(self, operation: Operation[*Ts, R], *args: *Ts) -> R:
        """Run a query."""
        return await self.scope.run(operation, *args)


class Writer:
    """Runs one command under the terms of the request's headers, and says in headers of the answer
    what came of it.
    """

    def __init__(self, request: Request, scope: Scope, terms: Terms) -> None:
        self.request, self.scope, self.terms = request, scope, terms
        status: int = request.scope["route"].status_code or 200
        self.status = 200 if terms.validate_only else status  # nothing is created by trying
        self.headers: dict[str, str] = {}
        self.cookies: list[str] = []

    async def run(self, operation: Operation[*Ts, R], *args: *Ts) -> R:
        """Run a command; headers say where a new thing is, and when an answer is an earlier one."""
        result = await self.scope.run(operation, *args, terms=self.terms)
        if self.scope.replayed:
            self.headers["Idempotency-Replayed"] = "true"
        if operation.upserts and version_in(result) == 1 and not self.terms.validate_only:
            self.status = 201
        if self.status == 201:
            self._locate(getattr(result, "id", None))
        return result

    def set_cookies(self, cookies: list[str]) -> None:
        """Have a browser keep these, unless the command was only tried out."""
        if not self.terms.validate_only:
            self.cookies += cookies

    def _locate(self, id: str | None) -> None:
        collection = COLLECTIONS.get((id or "").partition("_")[0])
        if collection is not None:
            self.headers["Location"] = f"/v1/{collection}/{id}"


async def reader_of(
    scope: ScopeDep,
    expand: Annotated[list[str] | None, Query(description=EXPAND)] = None,
    fields: Annotated[list[str] | None, Query(description=FIELDS)] = None,
    if_none_match: Annotated[str | None, Header(description=IF_NONE_MATCH)] = None,
) -> Reader:
    """What every read takes beside its own parameters; `Reading` reads it."""
    return Reader(scope)


async def asker_of(scope: ScopeDep) -> Reader:
    """What a list takes whose body says all."""
    return Reader(scope)


async def writer_of(
    request: Request,
    scope: ScopeDep,
    idempotency_key: Annotated[
        str | None,
        Header(description="1 to 255 printable characters; the same key, the same effect, once."),
    ] = None,
    if_match: Annotated[
        str | None,
        Header(
            description="The ETag of the version to change, or several; `*` for whichever it is."
        ),
    ] = None,
    if_none_match: Annotated[
        str | None, Header(description="`*` where a thing may be created but not replaced.")
    ] = None,
    validate_only: Annotated[bool, Query(description="Do everything but keep nothing.")] = False,
) -> Writer:
    """What a command takes beside its own; async, or FastAPI would make it in a thread."""
    _refuse_twice(request, "Idempotency-Key", "If-None-Match")
    versions, any_version = versions_of(if_match)
    key = None if idempotency_key is None else read_key(idempotency_key)
    absent = is_absence(if_none_match)
    return Writer(request, scope, Terms(key, versions, any_version, absent, validate_only))


ReaderDep = Annotated[Reader, Depends(reader_of, scope="function")]
AskerDep = Annotated[Reader, Depends(asker_of, scope="function")]
WriterDep = Annotated[Writer, Depends(writer_of, scope="function")]


def judge(dependant: Dependant, door: Callable[..., Any]) -> None:
    """Refuse a route that declares what nobody would give it: more than its guards, its door, ids,
    one model of its query, and a body.
    """
    doors = [it.call for it in dependant.dependencies if not isinstance(it.call, Guard)]
    injected = (
        *(dependant.request_param_name, dependant.http_connection_param_name),
        *(dependant.response_param_name, dependant.background_tasks_param_name),
    )
    if doors != [door] or dependant.header_params or dependant.cookie_params or any(injected):
        raise TypeError(f"{dependant.path} declares what it would not be given.")


def _refuse_twice(request: Request, *names: str) -> None:
    """Which of two was meant, nobody knows."""
    for name in names:
        if len(request.headers.getlist(name)) > 1:
            raise BadRequest(f"Header sent twice: {name}.")
