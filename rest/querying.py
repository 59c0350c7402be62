"""The way of a list that is asked for by a tree in a body: QUERY (RFC 10008), or POST for those who
cannot send it. It is a read: nothing is committed, and no key is needed.
"""

from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import Receive, Send
from starlette.types import Scope as Asgi

from api.caching import CACHING
from api.deps import OpenScope, charge
from api.domain.paging import Page
from rest.commanding import read_body
from rest.doors import Handler, Reader, asker_of, judge
from rest.following import written
from rest.guards import guards_of
from rest.paging import ListBody, enveloped
from rest.parameters import Query, validated
from rest.shapes import shape_of, to_json


class Querying:
    """An ASGI application that answers a page of a list to the tree that names its rows."""

    def __init__(self, route: APIRoute, endpoint: Handler, row: type) -> None:
        judge(route.dependant, asker_of)
        if route.body_field is None:
            raise TypeError("A list is asked for by a body.")
        self.endpoint, self.row, self.body = endpoint, row, route.body_field
        self.guards = guards_of(route.dependant)

    async def __call__(self, scope: Asgi, receive: Receive, send: Send) -> None:
        Query({}).read(scope["query_string"])
        request = Request(scope, receive)
        async with OpenScope(request) as caller:
            for guard in self.guards:
                guard.admit(caller)
            await charge(scope, caller, 1)
            sent = await read_body(request, caller)
            values = validated([(self.body, sent, ("body",))])
            asked: ListBody = values[self.body.name]
            shape = shape_of(self.row, _several(asked.expand), _several(asked.fields))
            rows = asked.window.limit
            shape.judge(rows)
            await charge(scope, caller, rows * shape.cost)
            page: Page[Any] = await self.endpoint(reader=Reader(caller), **values)
            data = await written(caller, shape, page.rows)
        body = to_json(enveloped(page, data))
        await Response(body, headers=CACHING, media_type="application/json")(scope, receive, send)


def _several(paths: list[str]) -> str | None:
    return ",".join(paths) if paths else None
