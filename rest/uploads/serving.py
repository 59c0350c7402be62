"""A picture as browsers are given it: theirs to keep, in parts if they like, and nothing but a
picture.
"""

import re
from typing import Any
from urllib.parse import quote

from fastapi import HTTPException, Request, Response
from fastapi.responses import StreamingResponse

from api.caching import names
from api.domain.media.keeping import Content
from api.domain.media.models import ImageFormat
from rest.problems import MEDIA_TYPE
from rest.routes import UNCHANGED

_BYTES = {f"image/{format.lower()}": {"example": "\ufffd..."} for format in ImageFormat}
_TAGGED = {
    "ETag": {"$ref": "#/components/headers/ETag"},
    "Accept-Ranges": {
        "description": "Parts can be asked for.",
        "schema": {"type": "string", "enum": ["bytes"]},
        "example": "bytes",
    },
}
_PART = {
    "Content-Range": {
        "description": "Which part it is, of how many bytes.",
        "schema": {"type": "string"},
        "example": "bytes 0-1023/63827",
    }
}
_NO_PART = {
    "schema": {"$ref": "#/components/schemas/Problem"},
    "example": {
        "type": "/problems/bad-request",
        "title": "Bad request",
        "status": 416,
        "detail": "There are no such bytes.",
        "instance": "/v1/uploads/upload_0199f3a2c0de7a3b8c4d5e6f7a8b9c0d/content",
        "code": "BAD_REQUEST",
        "trace_id": "4f1c2a9b7d3e6058",
    },
}
PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"content": _BYTES, "headers": _TAGGED, "description": "The picture."},
    206: {
        "content": _BYTES,
        "headers": _TAGGED | _PART,
        "description": "The part of it that was asked for.",
    },
    304: UNCHANGED | {"headers": _TAGGED},
    416: {
        "content": {MEDIA_TYPE: _NO_PART},
        "headers": _PART,
        "description": "It has no such part.",
    },
}
"""The OpenAPI answers."""
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


async def served(content: Content, request: Request) -> Response:
    """All of it, the part that is asked for, or that the caller has it already."""
    tag = f'"{content.tag}"'
    headers = _headers(content, tag)
    if_none_match = request.headers.get("if-none-match")
    if if_none_match is not None and names(if_none_match, tag):
        return Response(None, 304, headers)
    start, end = _part(content.size, tag, request)
    status = 200
    if (start, end) != (0, content.size):
        status, headers["Content-Range"] = 206, f"bytes {start}-{end - 1}/{content.size}"
    headers |= {
        "Content-Type": f"image/{content.format.lower()}",
        "Content-Length": str(end - start),
    }
    if request.method == "HEAD":
        return Response(None, status, headers)
    return StreamingResponse(await content.read(start, end), status, headers)


def _part(size: int, tag: str, request: Request) -> tuple[int, int]:
    """The bytes that are asked for; all of them where more than one part is, or another picture's
    (`If-Range`).
    """
    asked = _RANGE.fullmatch(request.headers.get("range", "").strip())
    first, last = asked.groups() if asked else ("", "")
    if (not first and not last) or request.headers.get("if-range", tag) != tag:
        return 0, size
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last) + 1, size) if first and last else size
    if first and last and int(last) < int(first):
        return 0, size  # no range at all (RFC 9110, 14.1.1)
    if start >= size:
        raise HTTPException(416, "There are no such bytes.", {"Content-Range": f"bytes */{size}"})
    return start, end


def _headers(content: Content, tag: str) -> dict[str, str]:
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", content.name)
    return {
        "ETag": tag,
        "Cache-Control": "private, max-age=31536000, immutable",
        "Accept-Ranges": "bytes",
        "Content-Disposition": (
            f"inline; filename=\"{plain}\"; filename*=UTF-8''{quote(content.name, safe='')}"
        ),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
