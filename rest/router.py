"""The whole REST face, under /v1."""

from collections import defaultdict
from collections.abc import Iterable

from fastapi import FastAPI
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

from rest.accounts import router as accounts
from rest.catalog import router as catalog
from rest.customers import router as customers
from rest.locations import router as locations
from rest.orders import router as orders
from rest.stock import router as stock

AREAS = (
    accounts.auth,
    accounts.users,
    accounts.api_keys,
    catalog.categories,
    catalog.items,
    locations.locations,
    stock.changes,
    stock.levels,
    stock.movements,
    stock.postings,
    customers.customers,
    orders.orders,
    orders.fulfillments,
)


class Index(BaseRoute):
    """Finds a route by its method and the word after /v1; the list is walked from its top.

    What is not found here goes on to the list, which knows how to refuse it.
    """

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._routes: defaultdict[tuple[str, str], list[Route]] = defaultdict(list)
        for route in routes:
            if isinstance(route, Route):
                for method in route.methods or ():
                    self._routes[method, _word(route.path)].append(route)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] == "http":
            for route in self._routes.get((scope["method"], _word(scope["path"])), ()):
                match, child_scope = route.matches(scope)
                if match is Match.FULL:
                    return match, child_scope
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope["route"].handle(scope, receive, send)


def _word(path: str) -> str:
    return path.removeprefix("/v1/").partition("/")[0]


def mount(app: FastAPI) -> None:
    """Serve every route of version 1.

    The routes are taken as they are: `include_router` would build each a second time.
    """
    routes = [route for area in AREAS for route in area.routes]
    app.router.routes.extend([Index(routes), *routes])
