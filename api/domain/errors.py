"""What can be refused, in one hierarchy; each face renders it (`rest/problems.py`,
`graphql_schema/errors.py`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, is_dataclass
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


@dataclass(slots=True)
class Fault:
    """One thing that is wrong with what was sent: where, which rule, and in words."""

    path: list[str]
    code: str
    message: str

    @classmethod
    def found(cls, at: Sequence[str | int], entry: Mapping[str, Any]) -> "Fault":
        """What Pydantic found; of a secret it counts "items", which are characters."""
        message = re.sub(r"^(Value .*)item(s?) after validation", r"\1character\2", entry["msg"])
        return cls([str(step) for step in at], entry["type"], message)


@dataclass(eq=False)
class ValidationFailed(StockroomError):
    """The input breaks one or more rules; `most` of them are named."""

    kind = Kind.INVALID
    most: ClassVar[int] = 100
    errors: list[Fault] = field(default_factory=list)

    @classmethod
    def of(cls, faults: list[Fault]) -> "ValidationFailed":
        """The refusal of several values, in the words of the first; the first hundred are told."""
        where = ".".join((first := faults[0]).path) or "the request"
        others = len(faults) - 1
        stopped = len(faults) >= cls.most  # whoever looked may not have looked at all
        count = f"at least {cls.most - 1}" if stopped else str(others)
        more = f" (and {count} more)" if others else ""
        return cls(f"{where}: {first.message}{more}", faults[: cls.most])

    @classmethod
    def at(cls, path: Sequence[str | int], code: str, message: str) -> "ValidationFailed":
        """The refusal of a single value."""
        return cls(message, [Fault([str(step) for step in path], code, message)])


@dataclass(eq=False)
class BadRequest(StockroomError):
    """The request itself cannot be understood."""

    kind = Kind.BAD_REQUEST


@dataclass(eq=False)
class InvalidCursor(StockroomError):
    """A cursor was not made here, or was made for another order of the list."""

    kind = Kind.BAD_REQUEST
    advice = "Begin at the first page, and send cursors back as they came, with the same sort."


@dataclass(eq=False)
class Unauthenticated(StockroomError):
    """Nobody is signed in, or the credentials are not good."""

    kind = Kind.UNAUTHENTICATED


@dataclass(eq=False)
class Forbidden(StockroomError):
    """The caller is known and may not do this."""

    kind = Kind.FORBIDDEN
    permission: str = ""


@dataclass(eq=False)
class NotFound(StockroomError):
    """There is no such thing, or none that the caller may see."""

    kind = Kind.NOT_FOUND
    id: str = ""


@dataclass(eq=False)
class Conflict(StockroomError):
    """The change contradicts what is there."""

    kind = Kind.CONFLICT


@dataclass(eq=False)
class Duplicate(StockroomError):
    """A value that must be unique is in use."""

    kind = Kind.CONFLICT
    advice = "Use what is there already (`existing_id`), or choose another value."
    field: str = ""
    existing_id: str | None = None


@dataclass(eq=False)
class InvalidTransition(StockroomError):
    """The document's state does not allow this step."""

    kind = Kind.CONFLICT
    advice = "Read the document's status; `allowed` names the steps that are open to it."
    current_status: str = ""
    allowed: list[str] = field(default_factory=list)


@dataclass(eq=False)
class VersionConflict(StockroomError):
    """Somebody changed it after the caller read it."""

    kind = Kind.STALE
    current_version: int = 0

    @classmethod
    def of(cls, what: str, current: int, expected: int) -> "VersionConflict":
        """The refusal of a change that was made against another version."""
        return cls(f"The {what} is at version {current}, not {expected}: read it again.", current)


@dataclass(eq=False)
class PreconditionFailed(StockroomError):
    """It is there and was not to be, or it is not there and was to be."""

    kind = Kind.STALE
    current_version: int = 0


@dataclass(eq=False)
class PreconditionRequired(StockroomError):
    """The change must say which version it was made against."""

    kind = Kind.PRECONDITION_REQUIRED


@dataclass(eq=False)
class IdempotencyKeyRequired(StockroomError):
    """The operation is only done under an idempotency key."""

    kind = Kind.BAD_REQUEST
    advice = "Make a new random key for this act, and send the same one with every retry of it."


@dataclass(eq=False)
class IdempotencyMismatch(StockroomError):
    """The key was used before, for something else."""

    kind = Kind.INVALID
    advice = "Use a new key for a new act; a retry must say the same as the first call."


@dataclass(eq=False)
class IdempotencyInProgress(StockroomError):
    """The first call with this key has not ended yet."""

    kind = Kind.CONFLICT
    advice = "Wait a moment and send the same call with the same key."


@dataclass(eq=False)
class Busy(StockroomError):
    """Someone else holds what this needs; nothing was changed, try again."""

    kind = Kind.CONFLICT
    advice = "Send the same call again in a moment; with the same key if it has one."


@dataclass(eq=False)
class RateLimited(StockroomError):
    """Too much was asked for in too short a time."""

    kind = Kind.TOO_MANY
    retry_after: int = 1


@dataclass(eq=False)
class Unavailable(StockroomError):
    """The database cannot be reached; whether a change took place is for a retry with its key to
    find out.
    """

    kind = Kind.UNAVAILABLE
    retry_after: int = 1


@dataclass(eq=False)
class Overloaded(StockroomError):
    """As many requests run as may; nothing was done."""

    kind = Kind.UNAVAILABLE
    retry_after: int = 1


@dataclass(eq=False)
class DeadlineExceeded(StockroomError):
    """The request took longer than one may; whether a change took place is for a retry with its key
    to find out.
    """

    kind = Kind.UNAVAILABLE
    retry_after: int = 1


@dataclass(eq=False)
class BodyTooSlow(StockroomError):
    """The body did not come in time; nothing was done."""

    kind = Kind.TOO_SLOW
