"""Rows done together: those that are refused are found, undone alone, and told of."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from pydantic import ValidationError

from api.domain.refusals import Kind, StockroomError
from api.domain.scope import Scope
from api.domain.sqlstates import FAILURES, RETRIED, refusal_of, sqlstate_of

T = TypeVar("T")
R = TypeVar("R")

PARTS = 10
"""Into so many are refused rows divided, and each part of them again, to find the one."""

Refusal = StockroomError | ValidationError


async def each(
    scope: Scope, rows: Sequence[T], do: Callable[[Sequence[T]], Awaitable[Sequence[R]]]
) -> list[R | Refusal]:
    """What `do` gives for each row; what it refuses as a whole is divided, down to the very rows
    at fault, which leave nothing.
    """
    if not rows:
        return []
    done = await _together(scope, rows, do)
    if not isinstance(done, Refusal):
        return list(done)
    if len(rows) == 1:
        return [done]
    results: list[R | Refusal] = []
    size = -(-len(rows) // PARTS)
    for start in range(0, len(rows), size):
        results += await each(scope, rows[start : start + size], do)
    return results


async def _together(
    scope: Scope, rows: Sequence[T], do: Callable[[Sequence[T]], Awaitable[Sequence[R]]]
) -> Sequence[R] | Refusal:
    """Do all of the rows, or none and say why; raises what is no answer about any row."""
    try:
        async with scope.part():
            return await do(rows)
    except (StockroomError, ValidationError) as error:
        return error
    except FAILURES as error:
        refusal = refusal_of(error)
        again = sqlstate_of(error) in RETRIED
        if again or refusal is None or refusal.kind is Kind.UNAVAILABLE:
            raise
        return refusal
