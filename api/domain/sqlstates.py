"""What PostgreSQL's refusals mean to a caller, by SQLSTATE; areas add the names of their own
constraints.
"""

from collections.abc import Callable
from copy import copy

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api.domain.errors import (
    Busy,
    Conflict,
    Duplicate,
    IdempotencyInProgress,
    NotFound,
    Unavailable,
    ValidationFailed,
)
from api.domain.refusals import StockroomError

_LOST = (
    PoolTimeout,
    InterfaceError,
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server's last word came before the statement
)
FAILURES = (DBAPIError, asyncpg.PostgresError, *_LOST)
"""Whatever may come from below: through SQLAlchemy, or from the driver itself."""
RETRIED = {"40001", "40P01"}
AWAY = Unavailable(
    "The database cannot be reached just now. Nothing is known to be done; try again."
)

_CONSTRAINTS: dict[str, Callable[[], StockroomError]] = {}


def on_constraint(name: str, refusal: Callable[[], StockroomError]) -> None:
    """Give a constraint's violation its own words."""
    _CONSTRAINTS[name] = refusal


def unique(name: str, field: str, message: str) -> None:
    """The refusal of a second row with the same value under the unique constraint `name`."""
    on_constraint(name, lambda: Duplicate(message, field))


def sqlstate_of(error: BaseException) -> str:
    """The five characters, or nothing when the error did not come from the server."""
    cause = getattr(error, "orig", error)
    return str(getattr(cause, "sqlstate", "") or getattr(cause, "pgcode", "") or "")


def _constraint_of(error: Exception) -> str:
    cause = getattr(error, "orig", error)
    inner = getattr(cause, "__cause__", None) or cause
    return str(getattr(inner, "constraint_name", "") or "")


_IN_USE = "Something that this refers to does not exist, or is still in use."
_LOCKED = "Someone else is changing the same rows. Nothing was done; try again."
_UNFIT = "A value does not fit the books."
_MEANING: dict[str, StockroomError] = {  # by the longest prefix of the SQLSTATE that is listed
    "08": AWAY,
    "22": ValidationFailed(_UNFIT),
    "23": Conflict("The change contradicts what is in the books."),
    "23502": ValidationFailed(_UNFIT),
    "23503": NotFound(_IN_USE),
    "23505": Duplicate("A value that must be unique is in use."),
    "23514": ValidationFailed(_UNFIT),
    "25006": AWAY,
    "40001": Busy(_LOCKED),
    "40P01": Busy(_LOCKED),
    "53": AWAY,
    "55P03": Busy(_LOCKED),
    "57014": Unavailable("The database took too long. Nothing was done."),
    "57P": AWAY,
}


def _by_state(state: str) -> StockroomError | None:
    prefixes = (state[:size] for size in range(len(state), 1, -1))
    known = next((prefix for prefix in prefixes if prefix in _MEANING), None)
    return copy(_MEANING[known]) if known else None


def refusal_of(error: Exception) -> StockroomError | None:
    """The domain's word for a failure below, or None for a fault of ours that must be logged and
    masked.
    """
    if isinstance(error, _LOST):
        return copy(AWAY)
    if not isinstance(error, DBAPIError | asyncpg.PostgresError):
        return None
    constraint = _constraint_of(error)
    if constraint in _CONSTRAINTS:
        return _CONSTRAINTS[constraint]()
    if getattr(error, "connection_invalidated", False):
        return copy(AWAY)
    state = sqlstate_of(error)
    said = getattr(error, "statement", None) or getattr(error, "query", None)
    if state == "55P03" and "idempotency_keys" in str(said):
        return IdempotencyInProgress("The first call with this idempotency key is still under way.")
    return _by_state(state)
