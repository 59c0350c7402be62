"""The ids of the measured shop: each says its number, so a load needs no list of them."""

from uuid import UUID

PREFIX = "0199f3a2c0de7a3b8c4d"


def number_of(id: UUID) -> int | None:
    """The number that a thing of this shop was given; None for what was made later."""
    return int(id.hex[20:], 16) if id.hex.startswith(PREFIX) else None


def id_in_sql(number: str) -> str:
    """The hex digits of a numbered id."""
    return f"('{PREFIX}' || lpad(to_hex({number}), 12, '0'))"


def item_id(number: int) -> str:
    """The public id of an item."""
    return f"item_{PREFIX}{number:012x}"
