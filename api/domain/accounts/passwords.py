"""Passwords: argon2id, in a small pool of threads so that the event loop never waits for a hash."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar, TypeVarTuple

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from api.domain.errors import Unavailable
from api.domain.threads import step_back

# OWASP's minimum for argon2id (Password Storage Cheat Sheet)
_HASHER = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))
_THREADS = 2
_MOST_AT_ONCE = 100  # whoever comes then would wait for seconds


_pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="argon2", initializer=step_back)
_places = asyncio.BoundedSemaphore(_MOST_AT_ONCE)

A = TypeVarTuple("A")
R = TypeVar("R")


@lru_cache
def _nobodys() -> str:
    return _HASHER.hash("the password of nobody")


async def hashed(password: str) -> str:
    """The password's hash, salted."""
    return await _in_thread(_HASHER.hash, password)


async def verified(password: str, known: str | None) -> tuple[bool, str | None]:
    """Whether it is the password, and a better hash if the stored one is dated.

    As slow for an unknown user as for a known one.
    """
    good, better = await _in_thread(_HASHER.verify_and_update, password, known or _nobodys())
    return good and known is not None, better


async def _in_thread(work: Callable[[*A], R], *args: *A) -> R:
    if _places.locked():
        raise Unavailable("Too many people are signing in at once; try again.")
    async with _places:
        return await asyncio.get_running_loop().run_in_executor(_pool, work, *args)
