"""Passwords: argon2id, in a small pool of threads so that the event loop never waits for a hash."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar, TypeVarTuple

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from api.domain.errors import Unavailable
from api.domain.threads import step_back

_THREADS = 2
_MOST_AT_ONCE = 100  # whoever comes then would wait for seconds

_pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="argon2", initializer=step_back)
_places = asyncio.BoundedSemaphore(_MOST_AT_ONCE)

A = TypeVarTuple("A")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Passwords:
    """How dear a guess is: the kibibytes that a hash fills, and how often.

    Without a choice OWASP's minimum for argon2id (Password Storage Cheat Sheet).
    """

    kibibytes: int = 19_456
    passes: int = 2

    async def hashed(self, password: str) -> str:
        """The password's hash, salted."""
        return await _in_thread(_hasher(self).hash, password)

    async def verified(self, password: str, known: str | None) -> tuple[bool, str | None]:
        """Whether it is the password, and a better hash if the stored one is dated.

        As slow for an unknown user as for a known one.
        """
        good, better = await _in_thread(_compared, self, password, known)
        return good and known is not None, better


USUAL = Passwords()


@lru_cache
def _hasher(price: Passwords) -> PasswordHash:
    argon2 = Argon2Hasher(time_cost=price.passes, memory_cost=price.kibibytes, parallelism=1)
    return PasswordHash((argon2,))


def _compared(price: Passwords, password: str, known: str | None) -> tuple[bool, str | None]:
    return _hasher(price).verify_and_update(password, known or _nobodys(price))


@lru_cache
def _nobodys(price: Passwords) -> str:
    return _hasher(price).hash("the password of nobody")


async def _in_thread(work: Callable[[*A], R], *args: *A) -> R:
    if _places.locked():
        raise Unavailable("Too many people are signing in at once; try again.")
    async with _places:
        return await asyncio.get_running_loop().run_in_executor(_pool, work, *args)
