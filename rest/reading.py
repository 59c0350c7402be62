"""The way of a GET: what FastAPI declares and documents, done without its dependency solver.

A read takes ids, one model of its query, and a reader; it needs no body, no header and no thread.
"""

from collections.abc import Callable, Coroutine
from contextlib import asynccontextmanager
from functools import lru_cache
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
from rest.query import Query
from rest.shapes import Shape, shape_of

Handler = Callable[..., Coroutine[Any, Any, Any]]
SHAPING = ("expand", "fields")
_REMEMBERED = 500  # characters; longer query strings hold cursors, and come once
_opened = asynccontextmanager(open_scope)


class Reading:
    """An ASGI application that runs one read and writes its answer straight from the rows."""

    def __init__(self, endpoint: Handler, dependant: Dependant, row: type, query: Query) -> None:
        if len(dependant.query_params) > 1 or dependant.body_params:
            raise TypeError("A read takes a reader, ids, and one model of its query.")
        self.endpoint, self.row, self.query = endpoint, row, query
        self.ids: list[ModelField] = dependant.path_params
        self.model = dependant.query_params[0] if dependant.query_params else None
        # Clients send the same few query strings again and again.
        self._remembered = lru_cache(maxsize=100)(self._asked)

    async def __call__(self, scope: Asgi, receive: Receive, send: Send) -> None:
        query_string: bytes = scope["query_string"]
        async with _opened(Request(scope)) as caller:
            short = len(query_string) <= _REMEMBERED
            values, shape = (self._remembered if short else self._asked)(query_string)
            values = self._identified(scope["path_params"]) | values
            result = await self.endpoint(reader=Reader(caller), **values)
            rows = result.rows if isinstance(result, Page) else [result]
            data = await written(caller, shape, rows)
        response = _page(result, data) if isinstance(result, Page) else _one(result, data[0], shape)
        await response(scope, receive, send)

    def _identified(self, path: dict[str, str]) -> dict[str, Any]:
        return {id.name: _checked(id, path[id.alias], ("path", id.alias)) for id in self.ids}

    def _asked(self, query_string: bytes) -> tuple[dict[str, Any], Shape]:
        """The handler's query, checked, and the shape of the answer."""
        sent = self.query.read(query_string)
        expand, fields = (",".join(sent.pop(name)) if name in sent else None for name in SHAPING)
        values: dict[str, Any] = {}
        if self.model is not None:
            values[self.model.name] = _checked(self.model, sent, ("query",))
        shape = shape_of(self.row, expand, fields)
        shape.judge(values[self.model.name].limit if self.model else 1)
        return values, shape


def _checked(field: ModelField, value: Any, loc: tuple[str, ...]) -> Any:
    checked, faults = field.validate(value, loc=loc)
    if faults:
        raise RequestValidationError(faults)
    return checked


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
