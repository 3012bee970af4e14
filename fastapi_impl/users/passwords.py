"""Hashing passwords, in threads: it takes as long as a hundred reads, and the event loop has others to serve."""

import os

from anyio import CapacityLimiter, to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fastapi_impl.common.contract import PASSWORDS

# Django stores the name of the algorithm in front of argon2's own form.
PREFIX = "argon2"
HASHER = PasswordHasher(
    time_cost=PASSWORDS["time_cost"],
    memory_cost=PASSWORDS["memory_cost_kib"],
    parallelism=PASSWORDS["parallelism"],
    salt_len=22,  # as long as Django's; a shorter one it would replace when the user signs in
)
# More threads than processors would only need more memory.
PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
LIMITER = CapacityLimiter(PROCESSORS)
NOBODYS = PREFIX + HASHER.hash("")


async def hash_password(password: str) -> str:
    """Return the password as it is stored, in Django's form."""
    return PREFIX + await to_thread.run_sync(HASHER.hash, password, limiter=LIMITER)


async def is_password(password: str, stored: str | None) -> bool:
    """Return whether `stored` was made of the password; no stored one costs as much time as a wrong one."""
    return await to_thread.run_sync(_verify, password, stored or NOBODYS, limiter=LIMITER) and stored is not None


def _verify(password: str, stored: str) -> bool:
    try:
        return HASHER.verify(stored.removeprefix(PREFIX), password)
    except (VerificationError, InvalidHashError):
        return False
