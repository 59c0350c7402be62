"""The three doors of each list: GET with parameters, and QUERY or POST with a tree in the body."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.domain.asking import Which
from api.domain.errors import InvalidCursor
from api.domain.filters.errors import UnknownFilter
from api.domain.links import CostLimitExceeded
from api.domain.operations import OPERATIONS, AnyOperation, Operation
from api.domain.paging import Page, Window
from rest.doors import AskerDep, Handler, ReaderDep
from rest.paging import ListBody, ListQuery
from rest.problems import refusals

OF_BODY = (UnknownFilter, InvalidCursor, CostLimitExceeded)
_WHICH = {"where", "q", "at"}


def lists(
    area: APIRouter,
    operation: Operation[Which, Window, Page[Any]],
    path: str = "",
    responses: dict[int | str, dict[str, Any]] | None = None,
) -> None:
    """Offer a list at a path of an area."""
    listing, asking = operation.listed, operation.asking

    async def by_parameters(reader: ReaderDep, query: Annotated[ListQuery, Query()]) -> Page[Any]:
        return await reader.run(operation, query.which(asking), query.window_of(listing))

    async def by_body(reader: AskerDep, body: ListBody) -> Page[Any]:
        sent = {name: getattr(body, name) for name in _WHICH & body.model_fields_set}
        return await reader.run(operation, asking.which(sent), body.window)

    for handler in (by_parameters, by_body):
        handler.__name__ = operation.name
        handler.__annotations__["return"] = operation.hints["return"]
    noun = operation.name.removeprefix("list_")
    words = operation.function.__doc__ or ""
    more = refusals(UnknownFilter) | (responses or {})
    _offer(area, "GET", path, by_parameters, operation.name, words, more)
    refused = refusals(*OF_BODY)
    _offer(area, "QUERY", path, by_body, f"query_{noun}", words, refused)
    _offer(area, "POST", f"{path}/query", by_body, f"query_{noun}_by_post", words, refused)


def _offer(
    area: APIRouter,
    method: str,
    path: str,
    handler: Handler,
    name: str,
    words: str,
    responses: dict[int | str, dict[str, Any]],
) -> None:
    area.add_api_route(
        path, handler, methods=[method], name=name, description=words, responses=responses
    )


def operation_of(operation_id: str) -> AnyOperation | None:
    """The operation behind a name in OpenAPI: a list has three."""
    noun = operation_id.removeprefix("query_")
    listed = f"list_{noun.removesuffix('_by_post')}" if noun != operation_id else operation_id
    return OPERATIONS.get(listed)
