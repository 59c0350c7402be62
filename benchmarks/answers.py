"""A reference counts only if it gives the very answer that it is compared with."""

import json
from typing import Any

from benchmarks.load import Template


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
    if ours == theirs:
        return None
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys():
        pairs = [(ours[name], theirs[name], f"{at}.{name}") for name in ours]
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = [(ours[n], theirs[n], f"{at}[{n}]") for n in range(len(ours))]
    else:
        return f"{at} is {str(theirs)[:200]}, not {str(ours)[:200]}"
    return next(filter(None, (_difference(*pair) for pair in pairs)), None)
