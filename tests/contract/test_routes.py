"""A route that declares what it would not be given is refused when it is made: it never answers."""

from collections.abc import Callable
from typing import Annotated, Any

import pytest
from fastapi import BackgroundTasks, Cookie, Depends, Header, Request, Response

from api.domain.catalog.reads import Category
from rest.doors import ReaderDep, WriterDep
from rest.routes import area


def a_guard() -> None:
    """What a route would depend on in vain."""


async def plainly(reader: ReaderDep) -> Category:
    raise AssertionError("Nobody asks.")


async def with_header(reader: ReaderDep, mood: Annotated[str, Header()]) -> Category:
    raise AssertionError(mood)


async def with_cookie(reader: ReaderDep, mood: Annotated[str, Cookie()]) -> Category:
    raise AssertionError(mood)


async def with_request(reader: ReaderDep, request: Request) -> Category:
    raise AssertionError(request)


async def with_guard(reader: ReaderDep, guard: Annotated[None, Depends(a_guard)]) -> Category:
    raise AssertionError(guard)


async def a_command(writer: WriterDep) -> Category:
    raise AssertionError("Nobody asks.")


async def a_command_with_header(writer: WriterDep, mood: Annotated[str, Header()]) -> Category:
    raise AssertionError(mood)


async def a_command_with_response(writer: WriterDep, response: Response) -> Category:
    raise AssertionError(response)


async def a_command_with_more_to_do(writer: WriterDep, tasks: BackgroundTasks) -> Category:
    raise AssertionError(tasks)


def declare(method: str, handler: Callable[..., Any], **options: Any) -> None:
    """Declare one route, and have it made."""
    shelf = area("/shelf", "Shelf")
    getattr(shelf, method)("", **options)(handler)
    [route] = shelf.routes
    assert getattr(route, "app", None) is not None


def test_routes_take_what_they_are_given() -> None:
    declare("get", plainly)
    declare("post", a_command, status_code=201)


@pytest.mark.parametrize("handler", [with_header, with_cookie, with_request, with_guard, a_command])
def test_a_read_is_refused_more_than_a_read_takes(handler: Callable[..., Any]) -> None:
    with pytest.raises(TypeError):
        declare("get", handler)


@pytest.mark.parametrize(
    "handler",
    [a_command_with_header, a_command_with_response, a_command_with_more_to_do, plainly],
)
def test_a_command_is_refused_more_than_a_command_takes(handler: Callable[..., Any]) -> None:
    with pytest.raises(TypeError):
        declare("post", handler)


def test_neither_takes_dependencies_of_its_route_nor_a_read_a_status() -> None:
    guard = [Depends(a_guard)]

    with pytest.raises(TypeError):
        declare("get", plainly, dependencies=guard)
    with pytest.raises(TypeError):
        declare("post", a_command, dependencies=guard)
    with pytest.raises(TypeError):
        declare("get", plainly, status_code=206)
