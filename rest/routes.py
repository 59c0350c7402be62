"""The routes of an area: strict about JSON and about parameters that nobody declared."""

from collections.abc import Callable, Coroutine
from typing import Any, get_args, get_origin, get_type_hints

from fastapi import APIRouter, HTTPException, Request, Response, params
from fastapi.routing import APIRoute

from api.domain.paging import Page
from api.strict_json import NotJson, read_json
from rest.doors import Writer
from rest.paging import PageOut
from rest.query import Query
from rest.reading import Reading, json
from rest.shapes import shape_of
from rest.wanted import link_paths


class StrictRequest(Request):
    """A request whose JSON is read by the letter."""

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            try:
                self._json = read_json(await self.body())
            except NotJson as error:
                raise HTTPException(400, str(error)) from None
        return self._json


class StrictRoute(APIRoute):
    """A route that refuses parameters unknown or sent twice, and bodies of another type.

    Its handler gives rows or a page of them; they are written as they are, and documented as such.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        answer = get_type_hints(endpoint)["return"]
        self.row: type = answer
        if get_origin(answer) is Page:
            self.row = get_args(answer)[0]
            options["response_model"] = PageOut[self.row]  # type: ignore[name-defined]
        super().__init__(path, endpoint, **options)
        if self.methods == {"GET"}:
            self.app = Reading(endpoint, self.dependant, self.row, self._query())

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's way, but for what it makes of the answer; reads go their own."""
        self.dependant.call = self._answer
        handler, query = super().get_route_handler(), self._query()
        takes_json = self._takes_json()

        async def strict(request: Request) -> Response:
            query.read(request.scope["query_string"])
            if takes_json:
                _refuse_other_types(request)
            return await handler(StrictRequest(request.scope, request.receive))

        return strict

    async def _answer(self, writer: Writer, **values: Any) -> Response:
        result = await self.endpoint(writer=writer, **values)
        [data] = shape_of(self.row).write([result])
        return Response(json(data), writer.status, writer.headers, "application/json")

    def _query(self) -> Query:
        return Query.of(self.dependant, set() if link_paths(self.row) else {"expand"})

    def _takes_json(self) -> bool:
        body = self.body_field
        return body is not None and not isinstance(body.field_info, params.Form)


def _refuse_other_types(request: Request) -> None:
    empty = request.headers.get("content-length", "0") == "0"
    if empty and "transfer-encoding" not in request.headers:
        return
    media_type, _, _ = request.headers.get("content-type", "").partition(";")
    if media_type.strip().lower() != "application/json":
        raise HTTPException(415, "Send the body as application/json.")


def area(prefix: str, tag: str) -> APIRouter:
    """A router for one resource of version 1, whose handlers' names are their operations'."""
    return APIRouter(
        prefix=f"/v1{prefix}",
        tags=[tag],
        route_class=StrictRoute,
        generate_unique_id_function=_operation_id,
    )


def _operation_id(route: APIRoute) -> str:
    return route.name
