"""The shop's answers as PostgreSQL would write them: ids, prices, times, and signed cursors.

An answer is written piece by piece by one `concat`, which takes half the processor time of
`json_build_object` and leaves no blanks.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from api.domain.keyring import Keyring

BLOCK = 64  # bytes, of SHA-256


@dataclass(frozen=True)
class Json:
    """JSON that a statement writes: text that is always the same, and in between expressions."""

    pieces: tuple[tuple[bool, str], ...]  # is it an expression, and what it says

    def sql(self) -> str:
        """The expression that writes it."""
        parts: list[str] = []
        for is_expression, text in self._joined():
            parts.append(text if is_expression else "'" + text.replace("'", "''") + "'")
        return f"concat({', '.join(parts)})"

    def _joined(self) -> Iterator[tuple[bool, str]]:
        fixed = ""
        for is_expression, text in self.pieces:
            if not is_expression:
                fixed += text
                continue
            if fixed:
                yield False, fixed
            fixed = ""
            yield True, text
        if fixed:
            yield False, fixed


def constant(value: object) -> Json:
    """A value that every answer holds."""
    return Json(((False, json.dumps(value, separators=(",", ":"))),))


def number(expression: str) -> Json:
    """A number, or whatever else is JSON as it is."""
    return Json(((True, expression),))


def simple(expression: str) -> Json:
    """Text that holds nothing to be escaped."""
    return Json(((False, '"'), (True, expression), (False, '"')))


def words(expression: str) -> Json:
    """Text that people wrote."""
    return number(f"to_json({expression})")


def truth(expression: str) -> Json:
    """A boolean."""
    return number(f"CASE WHEN {expression} THEN 'true' ELSE 'false' END")


def nullable(column: str, value: Json) -> Json:
    """What may be missing."""
    return number(f"CASE WHEN {column} IS NULL THEN 'null' ELSE {value.sql()} END")


def record(members: Mapping[str, Json]) -> Json:
    """An object."""
    pieces: list[tuple[bool, str]] = []
    for name, value in members.items():
        pieces += [(False, f'{"," if pieces else "{"}"{name}":'), *value.pieces]
    return Json((*pieces, (False, "}")))


def listed(element: Json, source: str, order: str = "") -> Json:
    """An array of what `source` (FROM and so on) finds, in its own order or in another."""
    by = f" ORDER BY {order}" if order else ""
    rows = f"(SELECT string_agg({element.sql()}, ','{by}) {source})"
    return Json(((False, "["), (True, rows), (False, "]")))


def public_id(word: str, column: str) -> Json:
    """An id as both faces send it."""
    return Json(((False, f'"{word}_'), (True, f"encode(uuid_send({column}), 'hex')"), (False, '"')))


def id_of(word: str, public: str) -> str:
    """The database's id in a public one."""
    return f"substr({public}, {len(word) + 2})::uuid"


def price(amount: str, currency: str) -> Json:
    """Money in a currency that has cents, of prices that have no more."""
    return record({"amount": simple(f"round({amount}, 2)"), "currency": simple(currency)})


def moment(column: str) -> Json:
    """A time in UTC."""
    return simple(f"""to_char({column}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""")


def cursor(keyring: Keyring, name: str, order: list[list[object]], values: Iterable[Json]) -> str:
    """The cursor of a row with these sort values."""
    context = json.dumps([name, order]).encode() + b"\0"
    key = keyring.cursors.ljust(BLOCK, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in key) for pad in (0x36, 0x5C))
    pieces = [(False, "[")]
    for value in values:
        pieces += [*value.pieces, (False, ",")]
    text = Json((*pieces[:-1], (False, "]"))).sql()
    body = f"convert_to({text}, 'UTF8')"
    digest = f"sha256({_bytes(outer)} || sha256({_bytes(inner + context)} || {body}))"
    sealed = f"encode(substring({digest} FROM 1 FOR 12) || {body}, 'base64')"
    for base64, ours in (("E'\\n'", ""), ("'+'", "-"), ("'/'", "_"), ("'='", "")):
        sealed = f"replace({sealed}, {base64}, '{ours}')"  # a quarter of the time of `translate`
    return sealed


def _bytes(value: bytes) -> str:
    return rf"'\x{value.hex()}'::bytea"
