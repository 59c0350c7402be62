"""Columns: the values of one field for all parents at once, taken apart and put together again."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from graphql_schema.engine.outcome import NotPlainError

_LISTS = {list, tuple, type({}.values()), type({}.items())}


def present(values: Sequence[Any]) -> list[Any]:
    """The values that are there."""
    return [value for value in values if value is not None]


def spread(values: Sequence[Any], done: list[Any]) -> list[Any]:
    """What became of the values that are there, with nulls where there are none."""
    if len(values) == len(done):
        return done
    rest = iter(done)
    return [None if value is None else next(rest) for value in values]


def flat(lists: Sequence[Any]) -> list[Any]:
    """All that is in the lists, in one."""
    if not _LISTS.issuperset(map(type, lists)):
        raise NotPlainError("not a list")
    return [value for values in lists for value in values]


def dealt(lists: Sequence[Any], done: list[Any]) -> list[list[Any]]:
    """What became of all that was in the lists, each list's to itself."""
    column, start = [], 0
    for values in lists:
        end = start + len(values)
        column.append(done[start:end])
        start = end
    return column


def shared(keys: Iterable[Hashable], found: Iterable[Hashable], done: list[Any]) -> list[Any]:
    """What became of the things found, for everyone who has their key."""
    by_key = dict(zip(found, done, strict=True))
    return [by_key[key] for key in keys]


def shared_or_null(
    keys: Iterable[Hashable], found: Iterable[Hashable], done: list[Any]
) -> list[Any]:
    """The same, where who has no key has null."""
    by_key: dict[Any, Any] = {None: None}
    by_key.update(zip(found, done, strict=True))
    return [by_key[key] for key in keys]


def put(column: list[Any], places: Iterable[int], done: Iterable[Any]) -> None:
    """Put what became of some values in their places."""
    for place, value in zip(places, done, strict=True):
        column[place] = value
