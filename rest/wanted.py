"""What a caller wants of each row: `expand` and `fields`, read against the row's class."""

import dataclasses
import types
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from api.domain.errors import ValidationFailed
from api.domain.links import LINKS

MAX_DEPTH = 3
MAX_LINKS = 10
MAX_FIELDS = 50
MAX_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Part:
    """A row inside a row, or several."""

    row: type
    many: bool


@dataclass(slots=True)
class Wanted:
    """All of a row's own fields or those named below, and whatever more is named below."""

    whole: bool
    below: dict[str, "Wanted"] = field(default_factory=dict)

    def takes(self, name: str) -> bool:
        """Whether a field of the row's own is sent."""
        return self.whole or name in self.below

    def of(self, name: str) -> "Wanted":
        """What is wanted of a part or of what a link leads to."""
        return self.below.get(name, _EVERYTHING)


_EVERYTHING = Wanted(whole=True)


def wanted(row: type, expand: str | None, fields: str | None) -> Wanted:
    """The two parameters as one; raises ValidationFailed where the row has no such thing."""
    root = Wanted(whole=fields is None)
    for path in _paths(fields, "fields", MAX_FIELDS, MAX_DEPTH + 1):
        _check_field(row, path)
        node = root
        for name in path:
            node = node.below.setdefault(name, Wanted(whole=False))
        node.whole = True
    for path in _paths(expand, "expand", MAX_LINKS, MAX_DEPTH):
        _check_link(row, path)
        node = root
        for name in path:
            node = node.below.setdefault(name, Wanted(whole=True))
    return root


@cache
def parts(row: type) -> dict[str, Part | None]:
    """The fields of a row class, in order; those that hold rows with what they hold."""
    hints = get_type_hints(row)
    return {f.name: _part(hints[f.name]) for f in dataclasses.fields(row)}


@cache
def link_paths(row: type, depth: int = MAX_DEPTH) -> tuple[str, ...]:
    """Every path that `expand` takes for a row class."""
    return tuple(_link_paths(row, depth))


def _link_paths(row: type, depth: int) -> Iterator[str]:
    if depth == 0:
        return
    for name, link in LINKS.get(row, {}).items():
        yield name
        yield from (f"{name}.{below}" for below in link_paths(link.row, depth - 1))
    for name, part in parts(row).items():
        if part is not None:
            yield from (f"{name}.{below}" for below in link_paths(part.row, depth - 1))


def _part(hint: Any) -> Part | None:
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(arg for arg in get_args(hint) if arg is not type(None))
    many = get_origin(hint) in (list, Sequence)
    row = get_args(hint)[0] if many else hint
    return Part(row, many) if dataclasses.is_dataclass(row) else None  # type: ignore[arg-type]


def _paths(text: str | None, parameter: str, most: int, depth: int) -> list[list[str]]:
    if text is None:
        return []
    paths = [path.split(".") for path in text[:MAX_LENGTH].split(",")]
    if len(paths) > most or len(text) > MAX_LENGTH:
        raise _refusal(parameter, "too_long", f"Name {most} paths at most, separated by commas.")
    if any(len(path) > depth for path in paths):
        raise _refusal(parameter, "too_deep", f"A path may have {depth} steps at most.")
    return paths


def _check_field(row: type, path: list[str]) -> None:
    at: type | None = row
    for name in path:
        known = _known(at) if at else {}
        if name not in known:
            what = at.__name__ if at else "A plain value"
            raise _refusal("fields", "unknown_field", _only(f"{what} has the fields", known))
        at = known[name]


def _known(row: type) -> dict[str, type | None]:
    """All that can be named of a row, each with the class of rows that it leads to."""
    inside = {name: part.row if part else None for name, part in parts(row).items()}
    return inside | {name: link.row for name, link in LINKS.get(row, {}).items()}


def _check_link(row: type, path: list[str]) -> None:
    known = link_paths(row)
    if ".".join(path) not in known:
        raise _refusal("expand", "unknown_link", _only(f"{row.__name__} has the links", known))


def _only(what: str, known: Iterable[str]) -> str:
    return f"{what} {', '.join(known)}." if known else f"{what.replace(' the ', ' no ')}."


def _refusal(parameter: str, code: str, message: str) -> ValidationFailed:
    return ValidationFailed.at([parameter], code, message)
