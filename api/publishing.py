"""Documents that a process makes once: readers keep them, and ask again with their tag."""

from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, TypeAlias

from fastapi import Header
from fastapi.responses import Response

from api.caching import mark_of, names

Publish: TypeAlias = Callable[[bytes], Response]
_marked = lru_cache(maxsize=16)(mark_of)


class Published:
    """A dependency that gives what answers with a document, or 304 to who has these very bytes.

    A header that is a list may come in several lines (RFC 9110, 5.3), so all of them are read.
    """

    def __init__(self, media_type: str) -> None:
        self.media_type = media_type

    async def __call__(
        self, if_none_match: Annotated[list[str] | None, Header()] = None
    ) -> Publish:
        def publish(document: bytes) -> Response:
            tag = f'"{_marked(document)}"'
            headers = {"ETag": tag, "Cache-Control": "public, no-cache"}
            if names(", ".join(if_none_match or ()), tag):
                return Response(None, 304, headers)
            return Response(document, headers=headers, media_type=self.media_type)

        return publish
