"""Passwords: argon2id, in a small pool of threads so that the event loop never waits for a hash."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

# OWASP's minimum for argon2id (Password Storage Cheat Sheet)
_HASHER = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))
_THREADS = ThreadPoolExecutor(2, thread_name_prefix="argon2")


@lru_cache
def _nobodys() -> str:
    return _HASHER.hash("the password of nobody")


async def hashed(password: str) -> str:
    """The password's hash, salted."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _HASHER.hash, password)


async def verified(password: str, known: str | None) -> tuple[bool, str | None]:
    """Whether it is the password, and a better hash if the stored one is dated; as slow for an
    unknown user.
    """
    loop = asyncio.get_running_loop()
    good, better = await loop.run_in_executor(
        _THREADS, _HASHER.verify_and_update, password, known or _nobodys()
    )
    return good and known is not None, better
