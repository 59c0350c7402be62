"""The shop's answers as PostgreSQL would write them: ids, prices, and signed cursors."""

import json

from api.domain.keyring import Keyring

BLOCK = 64  # bytes, of SHA-256


def public_id(word: str, column: str) -> str:
    """An id as both faces send it."""
    return f"'{word}_' || encode(uuid_send({column}), 'hex')"


def price(amount: str, currency: str) -> str:
    """Money in a currency that has cents."""
    exact = f"trim_scale({amount})"
    amount = f"CASE WHEN scale({exact}) > 2 THEN {exact} ELSE round({amount}, 2) END"
    return f"json_build_object('amount', ({amount})::text, 'currency', {currency})"


def cursor(keyring: Keyring, name: str, order: list[list[object]], values: str) -> str:
    """The cursor of a row; `values` is the text of its sort values as JSON."""
    context = json.dumps([name, order]).encode() + b"\0"
    key = keyring.cursors.ljust(BLOCK, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in key) for pad in (0x36, 0x5C))
    body = f"convert_to({values}, 'UTF8')"
    digest = f"sha256({_bytes(outer)} || sha256({_bytes(inner + context)} || {body}))"
    sealed = f"encode(substring({digest} FROM 1 FOR 12) || {body}, 'base64')"
    return rf"translate({sealed}, E'+/=\n', '-_')"


def _bytes(value: bytes) -> str:
    return rf"'\x{value.hex()}'::bytea"
