"""Cursors: the sort values of a row, signed; good on both faces, in the list and the order that
made them.
"""

import base64
import hmac
import json
from binascii import b2a_base64
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2s
from typing import Any, overload

import orjson

from api.domain.conditions import Column
from api.domain.errors import InvalidCursor
from api.domain.windows import SortKey

SIGNATURE = 12
"""Bytes of it; whoever guesses has one try a request."""
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


class Seal:
    """Writes and reads the cursors of one list in one order, under keyed BLAKE2s (RFC 7693), a
    third of an HMAC's work, whose beginning is kept: a page seals as many cursors as it has rows.
    """

    def __init__(self, key: bytes, name: str, order: tuple[SortKey, ...]) -> None:
        told = json.dumps([name, [[it.field, it.descending] for it in order]])
        self._begun = blake2s(told.encode() + b"\0", key=key, digest_size=SIGNATURE)

    def write(self, values: Sequence[Any]) -> str:
        body = orjson.dumps(values)
        text = b2a_base64(self._sign(body) + body)
        return text.translate(_URL_SAFE, b"=\n").decode()

    def read(self, cursor: str, keys: Sequence[tuple[Column, bool]]) -> list[Any]:
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except ValueError:
            raw = b""
        signature, body = raw[:SIGNATURE], raw[SIGNATURE:]
        if len(cursor) > 2000 or not hmac.compare_digest(signature, self._sign(body)):
            raise InvalidCursor("This cursor was not made by this list in this order.")
        pairs = zip(orjson.loads(body), keys, strict=True)
        return [_typed(value, column) for value, (column, _) in pairs]

    def _sign(self, body: bytes) -> bytes:
        signing = self._begun.copy()
        signing.update(body)
        return signing.digest()


@lru_cache(maxsize=500)
def seal_of(key: bytes, name: str, order: tuple[SortKey, ...]) -> Seal:
    return Seal(key, name, order)


class Cursors(Sequence[str]):
    """The cursors of a page, each written when it is asked for: most answers hold two."""

    def __init__(self, seal: Seal, values: list[Sequence[Any]]) -> None:
        self._seal, self._values = seal, values

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self._seal.write(values) for values in self._values[index]]
        return self._seal.write(self._values[index])

    def __iter__(self) -> Iterator[str]:
        return map(self._seal.write, self._values)

    def __len__(self) -> int:
        return len(self._values)


def _typed(value: Any, column: Column) -> Any:
    kind = column.type.python_type
    if kind is datetime:
        return datetime.fromisoformat(value)
    return Decimal(value) if kind is Decimal else value
