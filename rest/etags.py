"""Entity tags (RFC 9110): `"<version>.<mark>"`, the version for who changes a thing, the mark of
these very bytes for who may have them already; what has no version has a mark alone.
"""

import re
from typing import Any

from fastapi import Response
from starlette.types import Scope as Asgi

from api.caching import CACHING, mark_of, names
from api.domain.errors import BadRequest

_OURS = re.compile(r'(?:W/)?"(\d{1,9})(?:\.[0-9a-f]*)?"')


def tag_of(body: bytes, version: int | None) -> str:
    """The strong tag of a representation."""
    mark = mark_of(body)
    return f'"{mark}"' if version is None else f'"{version}.{mark}"'


def tagged(scope: Asgi, body: bytes, version: int | None) -> Response:
    """What was read, or 304 for who has these very bytes."""
    headers = {"ETag": tag_of(body, version), **CACHING}
    for name, value in scope["headers"]:
        if name == b"if-none-match" and names(value.decode("latin-1"), headers["ETag"]):
            return Response(None, 304, headers)
    return Response(body, headers=headers, media_type="application/json")


def versions_of(if_match: str | None) -> tuple[tuple[int, ...], bool]:
    """The versions that a change may meet, or that any will do. A proxy that compresses makes our
    tags weak; the version in them, which alone is compared, stays exact.
    """
    if if_match is None:
        return (), False
    if if_match.strip() == "*":
        return (), True
    tags = [tag.strip() for tag in if_match.split(",") if tag.strip()]
    found = [_OURS.fullmatch(tag) for tag in tags]
    versions = tuple(int(tag[1]) for tag in found if tag)
    if not versions or len(versions) < len(tags):
        raise BadRequest("If-Match must be ETags as we sent them, or *.")
    return versions, False


def is_absence(if_none_match: str | None) -> bool:
    """Whether a change expects to find nothing there."""
    if if_none_match is not None and if_none_match.strip() != "*":
        raise BadRequest("A change takes no If-None-Match but *.")
    return if_none_match is not None


def version_in(row: Any) -> int | None:
    """The version of a row, where it has one."""
    version: int | None = getattr(row, "version", None)
    return version
