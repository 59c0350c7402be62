"""The way of a GET: what FastAPI declares and documents, done without its dependency solver.

A read takes ids, one model of its query, and a reader; it needs no body, no header and no thread.
"""

from collections.abc import Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import orjson
from fastapi import Request, Response
from fastapi._compat import ModelField
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from starlette.types import Receive, Send
from starlette.types import Scope as Asgi

from api.deps import open_scope
from api.domain.paging import Page
from rest.doors import Reader
from rest.following import written
from rest.paging import enveloped
from rest.query import Query, Sent
from rest.shapes import Shape, shape_of

Handler = Callable[..., Coroutine[Any, Any, Any]]
SHAPING = ("expand", "fields")
_opened = asynccontextmanager(open_scope)


@dataclass(frozen=True)
class Reading:
    """An ASGI application that runs one read and writes its answer straight from the rows."""

    endpoint: Handler
    row: type
    query: Query
    ids: list[ModelField]
    model: ModelField | None

    @classmethod
    def of(cls, endpoint: Handler, dependant: Dependant, row: type, query: Query) -> "Reading":
        """The way of one route, from what FastAPI found in its handler's signature."""
        if len(dependant.query_params) > 1 or dependant.body_params:
            raise TypeError("A read takes a reader, ids, and one model of its query.")
        model = dependant.query_params[0] if dependant.query_params else None
        return cls(endpoint, row, query, dependant.path_params, model)

    async def __call__(self, scope: Asgi, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        sent = self.query.read(scope["query_string"])
        async with _opened(request) as caller:
            values, shape = self._checked(scope["path_params"], sent)
            result = await self.endpoint(reader=Reader(caller), **values)
            rows = result.rows if isinstance(result, Page) else [result]
            data = await written(caller, shape, rows)
        response = _page(result, data) if isinstance(result, Page) else _one(result, data[0], shape)
        await response(scope, receive, send)

    def _checked(self, path: dict[str, str], sent: Sent) -> tuple[dict[str, Any], Shape]:
        values: dict[str, Any] = {}
        faults: list[Any] = []
        for id in self.ids:
            values[id.name], wrong = id.validate(path[id.alias], loc=("path", id.alias))
            faults += wrong
        if self.model is not None:
            own = {name: value for name, value in sent.items() if name not in SHAPING}
            values[self.model.name], wrong = self.model.validate(own, loc=("query",))
            faults += wrong
        if faults:
            raise RequestValidationError(faults)
        shape = shape_of(self.row, *(sent.get(name) for name in SHAPING))
        shape.judge(values[self.model.name].limit if self.model else 1)
        return values, shape


def _page(page: Page[Any], data: list[dict[str, Any]]) -> Response:
    return Response(json(enveloped(page, data)), media_type="application/json")


def _one(row: Any, data: dict[str, Any], shape: Shape) -> Response:
    """One thing, tagged with its version; with what it leads to, by its content as well."""
    body, headers = json(data), {}
    version = getattr(row, "version", None)
    if version is not None:
        headers["ETag"] = f'"{version}.{crc32(body):08x}"' if shape.steps else f'"{version}"'
    return Response(body, headers=headers, media_type="application/json")


def json(value: dict[str, Any]) -> bytes:
    """What was written, as JSON."""
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)
