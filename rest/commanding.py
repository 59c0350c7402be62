"""The way of a command: as FastAPI declares and documents it, without its dependency solver."""

from collections.abc import Iterator
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi._compat import ModelField
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Send
from starlette.types import Scope as Asgi

from api.budgets import cost_of_body
from api.deps import OpenScope, charge
from api.domain.bulk import Bulk
from api.domain.scope import Scope
from api.domain.weights import rows_in, weight_of
from api.strict_json import NotJson, read_json
from rest.bulk import outcome
from rest.doors import Handler, Writer, judge, writer_of
from rest.etags import tag_of, version_in
from rest.guards import guards_of
from rest.parameters import ABSENT, Given, Query, of_path, validated
from rest.shapes import shape_of, to_json


class Commanding:
    """An ASGI application that runs one command: ids, the terms of its headers, a body or none."""

    def __init__(self, route: APIRoute, endpoint: Handler, row: type, query: Query) -> None:
        judge(route.dependant, writer_of)
        self.endpoint, self.row, self.query = endpoint, row, query
        self.guards = guards_of(route.dependant)
        self.ids: list[ModelField] = route.dependant.path_params
        self.body = route.body_field
        self.weight = weight_of(self.body.field_info.annotation if self.body else None)
        terms = [field for it in route.dependant.dependencies for field in it.query_params]
        if [field.alias for field in terms] != list(query.known):
            raise TypeError("A command takes a writer, ids, and one body.")
        self.terms: list[ModelField] = terms
        self.headers = [it for door in route.dependant.dependencies for it in door.header_params]

    async def __call__(self, scope: Asgi, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        sent: dict[str, Any] = self.query.read(scope["query_string"])
        async with OpenScope(request) as caller:
            for guard in self.guards:
                guard.admit(caller)
            await charge(scope, caller, self.weight.command)
            body = await read_body(request, caller) if self.body is not None else ABSENT
            if more := self.weight.of(rows_in(body)) - self.weight.command:
                await charge(scope, caller, more)
            values = validated(self._given(sent, scope["path_params"], body))
            terms = {term.name: values.pop(term.name) for term in self.terms if term.name in values}
            headers: dict[str, Any] = {
                field.name: _line(request.headers.getlist(field.alias)) for field in self.headers
            }
            writer = await writer_of(request, caller, **headers, **terms)
            result = await self.endpoint(writer=writer, **values)
        await answered(writer, self.row, result)(scope, receive, send)

    def _given(self, sent: dict[str, Any], path: dict[str, str], body: Any) -> Iterator[Given]:
        for term in self.terms:
            yield term, sent.get(term.alias, ABSENT), ("query", term.alias)
        yield from of_path(self.ids, path)
        if self.body is not None:
            yield self.body, body, ("body",)


def answered(writer: Writer, row: type, result: Any) -> Response:
    """What a command gave, under the headers that it earned."""
    shape = shape_of(row)
    data = outcome(result, shape) if isinstance(result, Bulk) else shape.write([result])[0]
    body, version = to_json(data), version_in(result)
    if version is not None and not writer.terms.validate_only:
        writer.headers["ETag"] = tag_of(body, version)
    response = Response(body, writer.status, writer.headers, "application/json")
    response.raw_headers += [(b"set-cookie", cookie.encode()) for cookie in writer.cookies]
    return response


def _line(sent: list[str]) -> str | None:
    """A header that came in several lines is one list (RFC 9110)."""
    return ", ".join(sent) if sent else None


async def read_body(request: Request, caller: Scope) -> Any:
    """The body, which must be JSON by the letter, and say so; a large one is paid for first."""
    try:
        body = await request.body()
    except ClientDisconnect as gone:
        raise HTTPException(400, "The body did not come to its end.") from gone
    if not body:
        return ABSENT
    media_type, _, _ = request.headers.get("content-type", "").partition(";")
    if media_type.strip().lower() != "application/json":
        raise HTTPException(415, "Send the body as application/json.")
    if reading := cost_of_body(len(body)):
        await charge(request.scope, caller, reading)
    try:
        return read_json(body)
    except NotJson as error:
        raise HTTPException(400, str(error)) from None
