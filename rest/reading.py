"""The way of a GET: what FastAPI declares and documents, done without its dependency solver.

A read takes ids, one model of its query, and a reader; it needs no body, no header and no thread.
"""

from functools import lru_cache
from typing import Any

from fastapi import Request
from fastapi._compat import ModelField
from fastapi.routing import APIRoute
from starlette.types import Receive, Send
from starlette.types import Scope as Asgi

from api.deps import OpenScope, charge
from api.domain.links import MAX_COST
from api.domain.operations import AnyOperation
from api.domain.paging import Page
from rest.doors import Handler, Reader, judge, reader_of
from rest.etags import tagged, version_in
from rest.exporting import EXPORTS, refuse_pages, send_file, send_head, wants_file
from rest.following import written
from rest.guards import guards_of
from rest.paging import ListQuery, enveloped, links
from rest.parameters import Query, of_path, validated
from rest.shapes import Shape, shape_of, to_json

SHAPING = ("expand", "fields")
_REMEMBERED = 500  # characters; longer query strings hold cursors, and come once


class Reading:
    """An ASGI application that runs one read and writes its answer straight from the rows."""

    def __init__(self, route: APIRoute, endpoint: Handler, row: type, query: Query) -> None:
        dependant = route.dependant
        judge(dependant, reader_of)
        if route.status_code is not None:
            raise TypeError("A read answers with 200.")
        if len(dependant.query_params) > 1 or dependant.body_params:
            raise TypeError("A read takes a reader, ids, and one model of its query.")
        self.endpoint, self.row, self.query = endpoint, row, query
        self.export = EXPORTS.get(endpoint.__name__)
        self.guards = guards_of(dependant)
        self.ids: list[ModelField] = dependant.path_params
        self.model = dependant.query_params[0] if dependant.query_params else None
        # Clients send the same few query strings again and again.
        self._remembered = lru_cache(maxsize=100)(self._asked)

    async def __call__(self, scope: Asgi, receive: Receive, send: Send) -> None:
        if self.export is not None and wants_file(scope):
            return await self._send_file(self.export, scope, receive, send)
        query_string: bytes = scope["query_string"]
        async with OpenScope(Request(scope)) as caller:
            for guard in self.guards:
                guard.admit(caller)
            short = len(query_string) <= _REMEMBERED
            values, shape, cost = (self._remembered if short else self._asked)(query_string)
            await charge(scope, caller, cost)
            values = validated(of_path(self.ids, scope["path_params"])) | values
            result = await self.endpoint(reader=Reader(caller), **values)
            rows = result.rows if isinstance(result, Page) else [result]
            data = await written(caller, shape, rows)
        listed = isinstance(result, Page)
        whole = enveloped(result, data) if listed else data[0]
        response = tagged(scope, to_json(whole), version_in(result))
        if listed and response.status_code == 200:
            response.headers["Link"] = links(scope["path"], query_string, result)
            response.headers["Accept-Query"] = "application/json"
        await response(scope, receive, send)
        return None

    async def _send_file(
        self, export: AnyOperation, scope: Asgi, receive: Receive, send: Send
    ) -> None:
        async with OpenScope(Request(scope)) as caller:
            for guard in self.guards:
                guard.admit(caller)
            refuse_pages(set(self.query.read(scope["query_string"])))
            await charge(scope, caller, MAX_COST)
            values, _, _ = self._asked(scope["query_string"])
            query = values["query"]
            order = query.window_of(export.listed).order_by
            found = await caller.run(export, query.which(export.asking), order)
        if scope["method"] == "HEAD":
            return await send_head(found, send)
        return await send_file(found, receive, send)

    def _asked(self, query_string: bytes) -> tuple[dict[str, Any], Shape, int]:
        """The handler's query, checked, the shape of the answer, and what it may cost."""
        sent = self.query.read(query_string)
        expand, fields = (",".join(sent.pop(name)) if name in sent else None for name in SHAPING)
        values = validated([(self.model, sent, ("query",))]) if self.model else {}
        shape = shape_of(self.row, expand, fields)
        asked = values[self.model.name] if self.model else None
        rows = asked.window.limit if isinstance(asked, ListQuery) else getattr(asked, "limit", 1)
        shape.judge(rows)
        return values, shape, 1 + rows * shape.cost
