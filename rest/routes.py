"""The routes of an area: strict about JSON and about parameters that nobody declared."""

import warnings
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, get_args, get_origin, get_type_hints

from fastapi import APIRouter, Request, Response, params
from fastapi.routing import APIRoute
from pydantic.warnings import UnsupportedFieldAttributeWarning
from starlette.routing import Match, compile_path
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as Asgi

from api.domain.bulk import Bulk
from api.domain.operations import OPERATIONS
from api.domain.paging import Page
from rest.bulk import BulkOut
from rest.commanding import Commanding, answered
from rest.deprecating import deprecating
from rest.doors import Handler, Writer
from rest.paging import PageOut
from rest.parameters import Query
from rest.querying import Querying
from rest.reading import Reading
from rest.receiving import Either, files_in, form_of, receive_files
from rest.wanted import link_paths

# FastAPI ignores it while it makes a route; a command is built later, when it first comes.
warnings.filterwarnings("ignore", category=UnsupportedFieldAttributeWarning)
UNCHANGED = {"description": "What `If-None-Match` names is still all there is."}


class StrictRoute(APIRoute):
    """A route that refuses parameters unknown or sent twice, and bodies of another type.

    Its handler gives rows or a page of them; they are written as they are, and documented as such.
    One that makes its own response goes FastAPI's way, and so does a form.
    """

    row: type | None
    """The class of the rows that it answers with."""

    def __init__(self, path: str, endpoint: Handler, **options: Any) -> None:
        """Know the address; the rest is made when it is first asked for, which takes milliseconds
        a route: too long for a start.
        """
        self.path, self.methods = path, set(options["methods"])
        self.path_regex, self.path_format, self.param_convertors = compile_path(path)
        self._declared = endpoint, options

    def __getattr__(self, name: str) -> Any:
        """What the address does not tell."""
        declared = self.__dict__.get("_declared")
        if declared is None or name.startswith("__"):
            raise AttributeError(f"A route has no {name}.")
        endpoint, options = declared
        self._make(endpoint, **options)
        del self.__dict__["_declared"]
        return getattr(self, name)

    def _make(self, endpoint: Handler, **options: Any) -> None:
        answer = get_type_hints(endpoint)["return"]
        self.row = None
        if get_origin(answer) is Page:
            self.row = get_args(answer)[0]
            options["response_model"] = PageOut[self.row]  # type: ignore[name-defined]
        elif get_origin(answer) is Bulk:
            self.row = get_args(answer)[0]
            options["response_model"] = BulkOut[self.row]  # type: ignore[name-defined]
        elif not issubclass(answer, Response):
            self.row = answer
        if self.methods == {"GET"}:
            options["responses"] = {304: UNCHANGED, **options["responses"]}
        super().__init__(self.path, endpoint, **options)
        if self.row is None:
            return
        if (way := self._way(endpoint, self.row)) is not None:
            self.app = way
        if (form := getattr(endpoint, "form", None)) is not None:
            beside = type(self)(self.path, form, **options)
            self.app = Either(self.app, beside.app)
            self.openapi_extra = {"requestBody": {"content": form_of(beside)}}
        if self.methods == {"GET"}:
            self.app = deprecating(endpoint.__name__, self.app)

    def _way(self, endpoint: Handler, row: type) -> ASGIApp | None:
        """What answers; a form goes FastAPI's way."""
        if self.methods == {"QUERY"} or self.path.endswith("/query"):
            return Querying(self, endpoint, row)
        entry = OPERATIONS.get(endpoint.__name__)
        asking = entry.listing.asking if entry and entry.listing else None
        query = Query.of(self.dependant, set() if link_paths(row) else {"expand"}, asking)
        if self.methods == {"GET"}:
            return Reading(self, endpoint, row, query)
        if self.body_field is None or not isinstance(self.body_field.field_info, params.Form):
            return Commanding(self, endpoint, row, query)
        return None

    def matches(self, scope: Asgi) -> tuple[Match, Asgi]:
        """As ever; HEAD is for whoever answers GET."""
        match, found = super().matches(scope)
        heads = match is Match.PARTIAL and scope["method"] == "HEAD" and self.methods == {"GET"}
        return (Match.FULL if heads else match), found

    async def handle(self, scope: Asgi, receive: Receive, send: Send) -> None:
        """Answer; what GET would send is sent of HEAD without its body."""
        if scope["method"] == "HEAD" and self.methods == {"GET"}:
            return await self.app(scope, receive, _bodiless(send))
        return await super().handle(scope, receive, send)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's way, but for what it makes of rows."""
        if self.row is not None:
            self.dependant.call = partial(_answer, self.row, self.endpoint)
        handler, query = super().get_route_handler(), Query.of(self.dependant, set())
        most = files_in(self)

        async def strict(request: Request) -> Response:
            query.read(request.scope["query_string"])
            if most:
                await receive_files(request, self.name, most)
            return await handler(request)

        return strict


async def _answer(row: type, endpoint: Handler, writer: Writer, **values: Any) -> Response:
    return answered(writer, row, await endpoint(writer=writer, **values))


def _bodiless(send: Send) -> Send:
    async def only_headers(message: Message) -> None:
        await send({**message, "body": b""} if "body" in message else message)

    return only_headers


def created(row: type) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI answer of a route that may create what it else replaces."""
    return {201: {"model": row, "description": "It is new."}}


def area(prefix: str, tag: str, *guards: Any) -> APIRouter:
    """A router for one resource of version 1, whose handlers' names are their operations'; guarded
    as a whole by what `requires` gives.
    """
    return APIRouter(
        prefix=f"/v1{prefix}",
        tags=[tag],
        dependencies=guards,
        route_class=StrictRoute,
        generate_unique_id_function=_operation_id,
    )


def _operation_id(route: APIRoute) -> str:
    return route.name
