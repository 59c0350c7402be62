"""Points: what each caller may spend of them in a window of time, over both faces together."""

import math
import time
from typing import NamedTuple, Protocol

from api.domain.errors import RateLimited

STANDING = "stockroom.standing"
"""Where an ASGI scope keeps what its caller has left."""
LARGE_BODY = 16_384  # bytes
BYTES_A_POINT = 500
MOST_CALLERS = 100_000
_OTHERS = "others"


def cost_of_body(size: int) -> int:
    """What reading a body takes, beside what it asks for: nothing of a small one."""
    return size // BYTES_A_POINT if size > LARGE_BODY else 0


class Budget(NamedTuple):
    """So many points in so many seconds; none at all stands for no limit."""

    points: int
    seconds: int


class Standing(NamedTuple):
    """What is left of a budget; `wait` says for how many seconds a request was refused."""

    budget: Budget
    remaining: int
    renewed: int
    wait: int = 0


class Spent(NamedTuple):
    """What was spent in the window before this one, and in this one until now.

    The window before counts for as much of it as still lies within the last `Budget.seconds`.
    """

    before: int
    now: int
    left: float

    def standing(self, budget: Budget, refused: int = 0) -> Standing:
        """What is left of a budget; `refused` are the points of a request that was not paid for."""
        carried = self.before * self.left / budget.seconds
        remaining = max(0, budget.points - math.ceil(carried) - self.now)
        wait = math.ceil(self._wait(budget, refused)) if refused else 0
        return Standing(budget, remaining, math.ceil(self.left), wait)

    def _wait(self, budget: Budget, cost: int) -> float:
        """The seconds until so many points will be there: first the window before fades, then, once
        it ends, this one.
        """
        room = budget.points - cost
        if self.before and room >= self.now:
            return max(1.0, self.left - (room - self.now) * budget.seconds / self.before)
        if self.now == 0 or room <= 0:
            return self.left + budget.seconds
        return self.left + budget.seconds * (1 - room / self.now)


class Purses(Protocol):
    """What keeps count of what callers spent."""

    async def take(self, caller: str, budget: Budget, cost: int) -> Standing:
        """Take points from a caller's budget, or none of them when they are not there."""

    async def close(self) -> None:
        """Let go of what is held."""


class OwnPurses:
    """Kept by this process alone: two dictionaries, of the window before and of this one."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._window = 0
        self._before: dict[str, int] = {}
        self._now: dict[str, int] = {}

    async def take(self, caller: str, budget: Budget, cost: int) -> Standing:
        """Take points from a caller's budget, or none of them when they are not there."""
        window, since = divmod(time.time(), self._seconds)
        if window != self._window:
            self._before = self._now if window == self._window + 1 else {}
            self._window, self._now = int(window), {}
        if len(self._now) >= MOST_CALLERS and caller not in self._now:
            caller = _OTHERS
        left = self._seconds - since
        before, now = self._before.get(caller, 0), self._now.get(caller, 0)
        if before * left / self._seconds + now + cost > budget.points:
            return Spent(before, now, left).standing(budget, cost)
        self._now[caller] = now + cost
        return Spent(before, now + cost, left).standing(budget)

    async def close(self) -> None:
        """Nothing is held."""


class Budgets:
    """The budgets of all callers."""

    def __init__(self, known: Budget, anonymous: Budget, purses: Purses) -> None:
        self._known, self._anonymous, self._purses = known, anonymous, purses

    async def spend(self, user: str | None, peer: str, cost: int) -> Standing | None:
        """Take the points of a request from the budget of a user, all keys and tokens together, or
        else of a network. None where there is no limit.
        """
        budget = self._known if user else self._anonymous
        if not budget.points:
            return None
        return await self._purses.take(user or peer, budget, cost)

    async def close(self) -> None:
        """Let go of what is held."""
        await self._purses.close()


def refusal_of(standing: Standing, cost: int) -> RateLimited:
    """Why a request is refused that was not paid for."""
    budget = standing.budget
    message = (
        f"This costs {cost} points and {standing.remaining} are left of the {budget.points} for "
        f"{budget.seconds} seconds. Come again in {standing.wait} seconds."
    )
    return RateLimited(message, standing.wait)
