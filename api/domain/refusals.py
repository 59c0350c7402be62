"""What a refusal is; each face renders it (`rest/problems.py`, `graphql_schema/errors.py`)."""

import re
from dataclasses import asdict, dataclass, fields, is_dataclass
from enum import Enum
from typing import Any, ClassVar


class Kind(Enum):
    """The family of a refusal: a face maps families, never single classes, to its own signals."""

    BAD_REQUEST = "bad request"
    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not found"
    CONFLICT = "conflict"
    STALE = "stale"
    PRECONDITION_REQUIRED = "precondition required"
    TOO_MANY = "too many"
    TOO_SLOW = "too slow"
    UNAVAILABLE = "unavailable"


_ADVICE = {
    Kind.BAD_REQUEST: "Mend the request: sent again as it is, it is refused again.",
    Kind.INVALID: "Mend the values that are named and send the request again.",
    Kind.UNAUTHENTICATED: "Sign in for a new access token, or use a key that still holds.",
    Kind.FORBIDDEN: "Use credentials that may do this, or ask an administrator for the right.",
    Kind.NOT_FOUND: "Check the id; what other customers own looks like what does not exist.",
    Kind.CONFLICT: "Read the thing again; then change the request, or leave it be.",
    Kind.STALE: "Read the thing again, judge its new state, and send its new version along.",
    Kind.PRECONDITION_REQUIRED: "Read the thing, and send the version that you read along.",
    Kind.TOO_MANY: "Wait for as long as the answer says, then send the request again.",
    Kind.TOO_SLOW: "Send the request again, over a better line or in smaller parts.",
    Kind.UNAVAILABLE: "Wait a moment and send the same request again, with the same key.",
}
"""What the caller can do about a refusal of each family."""


@dataclass(eq=False)
class StockroomError(Exception):
    """A refusal that the caller may read: `message` for people, `code` and the other fields for
    programs.
    """

    message: str

    kind: ClassVar[Kind]
    code: ClassVar[str]
    title: ClassVar[str]
    advice: ClassVar[str]
    """What the caller can do about it; a class may know better than its family."""

    def __init_subclass__(cls) -> None:
        words = re.findall(r"[A-Z][a-z]*", cls.__name__)
        cls.code = "_".join(words).upper()
        cls.title = " ".join(words).capitalize()
        cls.advice = cls.__dict__.get("advice", _ADVICE[cls.kind])

    def __str__(self) -> str:
        return self.message

    @property
    def details(self) -> dict[str, Any]:
        """What the error says beyond its message, by field name."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "message"}

    @property
    def plain_details(self) -> dict[str, Any]:
        """The same as plain data, ready to be written as JSON."""
        return {name: _plain(value) for name, value in self.details.items()}

    @property
    def told(self) -> dict[str, Any]:
        """All that there is to say, as plain data."""
        return {"code": self.code, "message": self.message, **self.plain_details}


def every_refusal() -> list[type[StockroomError]]:
    """All that can be refused, by name."""
    found, todo = set(), StockroomError.__subclasses__()
    while todo:
        error = todo.pop()
        found.add(error)
        todo += error.__subclasses__()
    return sorted(found, key=lambda error: error.__name__)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
