"""Files in forms: who sends them is asked for first, then they are read, as much as may be sent."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from fastapi import Request, params
from fastapi.routing import APIRoute
from pydantic import BaseModel
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Asgi

from api.deps import OpenScope, charge, resources_of
from api.domain.errors import ValidationFailed
from api.domain.media import pictures
from api.domain.operations import OPERATIONS
from api.domain.weights import COMMAND_COST
from api.middleware.body import allow_body
from rest.doors import Handler

FORM = "multipart/form-data"
IMAGES_AT_ONCE = 5
MOST_FIELDS = 10
LONGEST_FIELD = 4_096
_BROKEN = "The form is broken, or did not come to its end."
_OVERHEAD = 64 * 1024  # of the fields, and of what stands between the parts
MultiPartParser.spool_max_size = 64 * 1024  # of a file, in memory; the rest goes to the disk


def is_form(scope: Asgi) -> bool:
    """Whether the body says that it is a form that may hold files."""
    kind = Headers(scope=scope).get("content-type", "")
    return kind.partition(";")[0].strip().lower() == FORM


def or_form(handler: Handler) -> Callable[[Handler], Handler]:
    """Have this handler take the forms that come to the address of another, which takes JSON."""

    def declare(beside: Handler) -> Handler:
        beside.form = handler  # type: ignore[attr-defined]
        return beside

    return declare


def files_in(route: APIRoute) -> int:
    """How many files the body of a route may hold; 0 where it is no form of files."""
    info = route.body_field.field_info if route.body_field else None
    if not isinstance(info, params.Form) or info.media_type != FORM:
        return 0
    return IMAGES_AT_ONCE if "files" in cast("Any", info.annotation).model_fields else 1


def form_of(route: APIRoute) -> dict[str, Any]:
    """What OpenAPI says of the form that a route takes."""
    model: type[BaseModel] = cast("Any", route.body_field).field_info.annotation
    return {FORM: {"schema": model.model_json_schema()}}


@dataclass(frozen=True)
class Either:
    """Two applications at one address, told apart by what the body says it is."""

    json: ASGIApp
    form: ASGIApp

    async def __call__(self, scope: Asgi, receive: Receive, send: Send) -> None:
        await (self.form if is_form(scope) else self.json)(scope, receive, send)


async def receive_files(request: Request, operation: str, most: int) -> None:
    """Read the form of a caller who may send it, within its bounds; FastAPI finds it read."""
    async with OpenScope(request) as caller:
        OPERATIONS[operation].authorize(caller)
        await charge(request.scope, caller, COMMAND_COST)
    _refuse_kind(request.headers.get("content-type", ""))
    largest = resources_of(request).settings.max_upload_bytes
    allow_body(request.scope, most * largest + _OVERHEAD)
    form = request._form = await _form_in(request, most)  # where FastAPI looks first
    files = [it for _, it in form.multi_items() if isinstance(it, UploadFile)]
    try:
        _refuse_text(form)
        if any((file.size or 0) > largest for file in files):
            raise HTTPException(413, f"A file may have {largest} bytes at most.")
        costs = [await pictures.cost_of(file.file) for file in files]
        await charge(request.scope, caller, sum(costs))
    except BaseException:
        await form.close()
        raise


class _Whole(MultiPartParser):
    """A parser that knows whether the last boundary came; what comes before could be a part."""

    ended = False

    def on_end(self) -> None:
        self.ended = True


async def _form_in(request: Request, most: int) -> FormData:
    bounds = {"max_files": most, "max_fields": MOST_FIELDS, "max_part_size": LONGEST_FIELD}
    parser = _Whole(request.headers, request.stream(), **bounds)
    try:
        form = await parser.parse()
    except MultiPartException as error:  # of what is too long, or too much: in words to be read
        raise HTTPException(400, error.message) from error
    except (HTTPException, ClientDisconnect):
        raise
    except Exception as error:  # parsers raise whatever they stumble over
        raise HTTPException(400, _BROKEN) from error
    if not parser.ended:
        await form.close()
        raise HTTPException(400, _BROKEN)
    return form


def _refuse_text(form: FormData) -> None:
    """A part without a file name is a field, where a file is meant too."""
    for name in ("file", "files"):
        if any(isinstance(value, str) for value in form.getlist(name)):
            message = "Send a file: a part with a `filename`."
            raise ValidationFailed.at([name], "not_a_file", message)


def _refuse_kind(content_type: str) -> None:
    kind, options = parse_options_header(content_type)
    if kind.decode("latin-1") != FORM or options.get(b"charset", b"utf-8").lower() != b"utf-8":
        raise HTTPException(415, f"Send the file as {FORM}, its fields in UTF-8.")
