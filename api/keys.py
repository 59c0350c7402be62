"""The `Idempotency-Key` header, for both faces."""

import re
from collections.abc import Iterable

from api.domain.errors import BadRequest
from api.domain.idempotency import checked

_ESCAPED = re.compile(r'\\(["\\])')


def read_key(header: str) -> str:
    """A key as a bare word, or as the quoted string of the Internet draft."""
    if len(header) > 1 and header[0] == header[-1] == '"':
        header = _ESCAPED.sub(r"\1", header[1:-1])
    return checked(header)


def key_of(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The key of a request that sends one, and not two."""
    sent = [value for name, value in headers if name == b"idempotency-key"]
    if len(sent) > 1:
        raise BadRequest("Header sent twice: Idempotency-Key.")
    return read_key(sent[0].decode("latin-1")) if sent else None
