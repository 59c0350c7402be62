"""JSON as RFC 8259 means it, for both faces."""

import json
import math
import re
from typing import NoReturn

NESTING = 100
MARKS = 30_000
"""Commas and opening brackets, which say how many values there may be: reading each costs."""
KEYS = 500
"""Of one object: no command has nearly as many, and each that is unknown is a fault to tell."""
DIGITS = 300  # no number beyond a float's range is a number to anyone
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"')


class NotJson(ValueError):
    """What is wrong with the text, in a sentence for its sender."""


def read_json(body: bytes | str) -> object:
    """JSON as RFC 8259 has it: one value per key, finite numbers, whole characters, UTF-8."""
    try:
        text = body if isinstance(body, str) else body.decode("utf-8")
        brackets = text.count("[") + text.count("{")
        if brackets + text.count(",") > MARKS and _marks(_STRING.sub("", text)) > MARKS:
            raise NotJson(f"The body has more than {MARKS} values.")
        value = _DECODER.decode(text)
        if brackets > NESTING or "\\u" in text:
            _check(value)
    except UnicodeError:
        raise NotJson("The body must be UTF-8 text of whole characters.") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise NotJson(f"The body is not JSON: {error.msg}, {where}.") from None
    except RecursionError:
        raise NotJson("The body is nested too deeply.") from None
    return value


def _marks(text: str) -> int:
    return text.count(",") + text.count("[") + text.count("{")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Readers disagree on which of two equal keys counts, so neither does."""
    if len(pairs) > KEYS:
        raise NotJson(f"The body has an object of more than {KEYS} keys.")
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotJson("The body has an object that names the same key twice.")
    return found


def _constant(name: str) -> NoReturn:
    raise NotJson(f"{name} is not JSON.")


def _integer(digits: str) -> int:
    if len(digits) > DIGITS:
        raise NotJson(f"The body has a number of more than {DIGITS} digits.")
    return int(digits)


def _float(digits: str) -> float:
    if not math.isfinite(value := float(digits)):
        raise NotJson("The body has a number too large to be kept.")
    return value


def _check(value: object) -> None:
    """Refuses deep nesting and halves of surrogate pairs, which no answer could repeat."""
    level, depth = [value], 0
    while level:
        if (depth := depth + 1) > NESTING:
            raise NotJson("The body is nested too deeply.")
        below: list[object] = []
        for part in level:
            if isinstance(part, str):
                part.encode("utf-8")
            elif isinstance(part, dict):
                below.extend(part)
                below.extend(part.values())
            elif isinstance(part, list):
                below.extend(part)
        level = below


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer, parse_float=_float
)
