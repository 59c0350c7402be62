"""Differences planted into one side's answers: a proof that cannot find these is none."""

from collections.abc import Callable
from typing import Any

import orjson

Change = Callable[[Any], Any]
UNCHANGED = object()


def keys_swapped(value: Any) -> Any:
    """Two keys of an object change places."""
    if not isinstance(value, dict) or len(value) < 2:
        return UNCHANGED
    *before, last = value.items()
    return dict([last, *before])


def null_dropped(value: Any) -> Any:
    """A key is left out because its value is null."""
    if not isinstance(value, dict) or None not in value.values():
        return UNCHANGED
    return {key: entry for key, entry in value.items() if entry is not None}


def list_reversed(value: Any) -> Any:
    """A list comes in another order."""
    if not isinstance(value, list) or value == value[::-1]:
        return UNCHANGED
    return value[::-1]


def whole_number_as_float(value: Any) -> Any:
    """A whole number is written with a decimal."""
    return float(value) if type(value) is int else UNCHANGED


def flag_as_number(value: Any) -> Any:
    """A flag is written as 0 or 1."""
    return int(value) if isinstance(value, bool) else UNCHANGED


def time_with_offset(value: Any) -> Any:
    """A time is written with an offset, not with `Z`."""
    if not isinstance(value, str) or not value.startswith("20") or not value.endswith("Z"):
        return UNCHANGED
    return value.removesuffix("Z") + "+00:00"


def error_elsewhere(value: Any) -> Any:
    """An error names another place of the document."""
    if not isinstance(value, dict) or not {"line", "column"} <= value.keys():
        return UNCHANGED
    return {"line": value["line"], "column": value["column"] + 1}


def null_in_place_of_an_object(value: Any) -> Any:
    """Null reaches further up than it should."""
    return None if isinstance(value, dict) and None in value.values() else UNCHANGED


CHANGES: list[Change] = [
    keys_swapped,
    null_dropped,
    list_reversed,
    whole_number_as_float,
    flag_as_number,
    time_with_offset,
    error_elsewhere,
    null_in_place_of_an_object,
]


def planting(change: Change | None) -> Callable[[bytes], bytes]:
    """Reads a body and writes it again, with one change at the first place that allows for it."""

    def alter(body: bytes) -> bytes:
        value = orjson.loads(body)
        return orjson.dumps(value if change is None else _changed(change, value)[0])

    return alter


def _changed(change: Change, value: Any) -> tuple[Any, bool]:
    """Depth first, so that the change is as far from the top as it can be."""
    if isinstance(value, dict):
        for key, entry in value.items():
            made, done = _changed(change, entry)
            if done:
                return {**value, key: made}, True
    elif isinstance(value, list):
        for at, entry in enumerate(value):
            made, done = _changed(change, entry)
            if done:
                return [*value[:at], made, *value[at + 1 :]], True
    made = change(value)
    return (value, False) if made is UNCHANGED else (made, True)
