"""What can be refused anywhere in the shop, in one hierarchy; areas add their own."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from api.domain.refusals import Kind, StockroomError


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
