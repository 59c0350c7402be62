"""How many sockets are open at once: in this process, and of each caller."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from api.domain.errors import Overloaded, RateLimited

PATIENCE = 5  # seconds


class Place:
    """The place that an open socket takes, which is somebody's."""

    def __init__(self, crowd: "Crowd", caller: str) -> None:
        self._crowd, self.caller = crowd, caller

    def belong_to(self, caller: str) -> None:
        """Have it be somebody else's; raises RateLimited where they have as many as they may."""
        if caller != self.caller:
            self._crowd.enter(caller)
            self._crowd.leave(self.caller)
            self.caller = caller


class Crowd:
    """All open sockets of a process."""

    def __init__(self, most: int = 1_000, most_of_one: int = 50) -> None:
        self.most, self.most_of_one = most, most_of_one
        self._open = Counter[str]()

    @contextmanager
    def place(self, caller: str) -> Iterator[Place]:
        """A place for one more; raises Overloaded where there is none, RateLimited where the caller
        has enough of them.
        """
        if self._open.total() >= self.most:
            raise Overloaded("Too many sockets are open here just now; try again in a moment.")
        self.enter(caller)
        place = Place(self, caller)
        try:
            yield place
        finally:
            self.leave(place.caller)

    def enter(self, caller: str) -> None:
        """Count one more of a caller's."""
        if self._open[caller] >= self.most_of_one:
            message = f"{self.most_of_one} sockets of yours are open. Close one of them first."
            raise RateLimited(message, PATIENCE)
        self._open[caller] += 1

    def leave(self, caller: str) -> None:
        """Count one less."""
        self._open[caller] -= 1
        self._open += Counter()  # forgets who has none
