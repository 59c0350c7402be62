"""A reference counts only if it gives the very answer that it is compared with.

It signs its cursors by HMAC-SHA256, which PostgreSQL and Node have as well; only what is signed is
compared.
"""

import json
from typing import Any

from api.domain.cursors import SIGNATURE
from benchmarks.load import Template

SIGNED_FROM = SIGNATURE * 8 // 6
"""The character of a cursor where its signature ends."""


def same_answer(template: Template, base: str, reference: str, only: str | None = None) -> int:
    """The size of our answer in bytes; raises unless both servers give the same, or the same in
    the member `only`.
    """
    ours, theirs = template.ask(base), template.ask(reference)
    compared = [_lasting(json.loads(answer)) for answer in (ours, theirs)]
    if only is not None:
        compared = [answer[only] for answer in compared]
    if difference := _difference(compared[0], compared[1], only or "answer"):
        raise RuntimeError(f"The reference answers something else: {difference}")
    return len(ours)


def _lasting(answer: Any) -> Any:
    """The answer but for what its caller has left, which is another number each time."""
    if isinstance(answer, dict):
        answer.get("extensions", {}).get("cost", {}).pop("remaining", None)
    return answer


def _difference(ours: Any, theirs: Any, at: str) -> str | None:
    if ours == theirs or (at.lower().endswith("cursor") and _same_place(ours, theirs)):
        return None
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys():
        pairs = [(ours[name], theirs[name], f"{at}.{name}") for name in ours]
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = [(ours[n], theirs[n], f"{at}[{n}]") for n in range(len(ours))]
    else:
        return f"{at} is {str(theirs)[:200]}, not {str(ours)[:200]}"
    return next(filter(None, (_difference(*pair) for pair in pairs)), None)


def _same_place(ours: Any, theirs: Any) -> bool:
    if not isinstance(ours, str) or not isinstance(theirs, str):
        return False
    return len(ours) == len(theirs) and ours[SIGNED_FROM:] == theirs[SIGNED_FROM:]
