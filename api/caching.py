"""What lets a reader keep an answer: a mark of its bytes, and who may keep it for how long."""

import re
from hashlib import sha256

VARY = "Authorization, Cookie, Accept"
"""What answers differ by: who asks, by either credential, and in which form."""
CACHING = {"Cache-Control": "private, no-cache", "Vary": VARY}
"""Of every read: kept by who asked, and asked for again each time, with the tag."""
_MARK = 16  # hex digits: 64 bits, so that no change hides behind an equal mark
_ANY = re.compile(r'"[\x21\x23-\x7e\x80-\xff]*"')


def mark_of(body: bytes) -> str:
    """What stands for these bytes in a tag."""
    return sha256(body).hexdigest()[:_MARK]


def names(if_none_match: str, tag: str) -> bool:
    """Whether an `If-None-Match` says that the reader has what is tagged so."""
    return if_none_match.strip() == "*" or tag in _ANY.findall(if_none_match)
