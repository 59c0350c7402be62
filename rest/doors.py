"""How a handler reaches the domain: a query through `Reader`, a command through `Writer`, each with
its headers.
"""

import re
from typing import Annotated, TypeVar, TypeVarTuple

from fastapi import Depends, Header, Query, Request, Response

from api.deps import ScopeDep
from api.domain.errors import BadRequest
from api.domain.operations import Operation
from api.domain.scope import Scope, Terms

R = TypeVar("R")
Ts = TypeVarTuple("Ts")

COLLECTIONS = {
    "category": "categories",
    "customer": "customers",
    "item": "items",
    "location": "locations",
    "order": "orders",
    "posting": "postings",
    "user": "users",
}
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_TAG = re.compile(r'"(\d{1,9})(\.[0-9a-f]*)?"')


class Reader:
    """Runs queries for one request."""

    def __init__(self, scope: ScopeDep, response: Response) -> None:
        self.scope, self.response = scope, response

    async def run(self, operation: Operation[*Ts, R], *args: *Ts) -> R:
        """Run a query; a thing with a version is tagged with it."""
        return _tagged(self.response, await self.scope.run(operation, *args))


class Writer:
    """Runs one command under the terms of the request's headers."""

    def __init__(
        self,
        request: Request,
        scope: ScopeDep,
        response: Response,
        idempotency_key: Annotated[
            str | None,
            Header(
                description="1 to 255 printable characters; the same key, the same effect, once."
            ),
        ] = None,
        if_match: Annotated[
            str | None,
            Header(description="The ETag of the version to change, or `*` for whichever it is."),
        ] = None,
        validate_only: Annotated[
            bool, Query(description="Do everything but keep nothing.")
        ] = False,
    ) -> None:
        self.scope: Scope = scope
        self.request, self.response = request, response
        version, any_version = _version(if_match)
        self.terms = Terms(_key(idempotency_key), version, any_version, validate_only)

    async def run(self, operation: Operation[*Ts, R], *args: *Ts) -> R:
        """Run a command; headers say where a new thing is, and when an answer is an earlier one."""
        result = await self.scope.run(operation, *args, terms=self.terms)
        if self.scope.replayed:
            self.response.headers["Idempotency-Replayed"] = "true"
        if self.terms.validate_only:
            self.response.status_code = 200  # nothing was created
        elif self.request.scope["route"].status_code == 201:
            self._locate(getattr(result, "id", None))
        if self.terms.validate_only:
            return result
        return _tagged(self.response, result)

    def _locate(self, id: str | None) -> None:
        collection = COLLECTIONS.get((id or "").partition("_")[0])
        if collection is not None:
            self.response.headers["Location"] = f"/v1/{collection}/{id}"


ReaderDep = Annotated[Reader, Depends(scope="function")]
WriterDep = Annotated[Writer, Depends(scope="function")]


def _key(header: str | None) -> str | None:
    """A key as a bare word or as the quoted string of the Internet draft."""
    if header is None:
        return None
    key = header[1:-1] if len(header) > 1 and header[0] == header[-1] == '"' else header
    if not _KEY.fullmatch(key):
        raise BadRequest("Idempotency-Key must be 1 to 255 printable ASCII characters.")
    return key


def _version(header: str | None) -> tuple[int | None, bool]:
    if header is None:
        return None, False
    if header.strip() == "*":
        return None, True
    tag = _TAG.fullmatch(header.strip())
    if tag is None:
        raise BadRequest("If-Match must be one strong ETag as we sent it, or *.")
    return int(tag[1]), False


def _tagged(response: Response, result: R) -> R:
    version = getattr(result, "version", None)
    if version is not None:
        response.headers["ETag"] = f'"{version}"'
    return result
