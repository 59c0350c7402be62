"""The routes of an area: strict about JSON and about parameters that nobody declared."""

from collections.abc import Callable, Coroutine
from typing import Any, get_args, get_origin

from fastapi import APIRouter, HTTPException, Request, Response, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute

from api.strict_json import NotJson, read_json


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
    """A route that refuses parameters unknown or sent twice, and bodies of another type."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()
        known, takes_json = self._parameters(), self._takes_json()

        async def strict(request: Request) -> Response:
            sent = [name for name, _ in request.query_params.multi_items()]
            _refuse("Unknown query parameter", set(sent) - known.keys())
            once = [name for name in sent if not known[name]]
            _refuse("Query parameter sent twice", {name for name in once if once.count(name) > 1})
            if takes_json:
                _refuse_other_types(request)
            return await handler(StrictRequest(request.scope, request.receive))

        return strict

    def _parameters(self) -> dict[str, bool]:
        """The names of the query's parameters, and whether each takes several values."""
        elsewhere = (params.Path, params.Header, params.Cookie)
        return {
            field.alias: _is_list(field.field_info.annotation)
            for field in get_flat_params(self.dependant)
            if not isinstance(field.field_info, elsewhere)
        }

    def _takes_json(self) -> bool:
        body = self.body_field
        return body is not None and not isinstance(body.field_info, params.Form)


def _is_list(annotation: Any) -> bool:
    return any(get_origin(part) is list for part in (annotation, *get_args(annotation)))


def _refuse(what: str, names: set[str]) -> None:
    if names:
        raise HTTPException(400, f"{what}: {', '.join(sorted(names))[:200]}.")


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
