"""Hashing passwords, in threads: it takes as long as a hundred reads, and the event loop has others to serve."""

import os

from anyio import CapacityLimiter, to_thread
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerificationError

from fastapi_impl.contract import PASSWORDS

# Django stores the name of the algorithm in front of argon2's own form.
PREFIX = "argon2"
HASHER = PasswordHasher(
    time_cost=PASSWORDS["time_cost"],
    memory_cost=PASSWORDS["memory_cost_kib"],
    parallelism=PASSWORDS["parallelism"],
    salt_len=22,  # as long as Django's; a shorter one it would replace when the user signs in
)
# What argon2 calls its costs, and settings.yaml.
COSTS = {"time_cost": "time_cost", "memory_cost": "memory_cost_kib", "parallelism": "parallelism"}
# More threads than processors would only need more memory.
PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
LIMITER = CapacityLimiter(PROCESSORS)
DUMMY_HASH = PREFIX + HASHER.hash("")


async def hash_password(password: str) -> str:
    """Return the password as it is stored, in Django's form."""
    return PREFIX + await to_thread.run_sync(HASHER.hash, password, limiter=LIMITER)


async def verify_password(password: str, stored: str | None) -> bool:
    """Return whether `stored` was made of the password; no stored one costs as much time as a wrong one."""
    return await to_thread.run_sync(_verify, password, stored or DUMMY_HASH, limiter=LIMITER) and stored is not None


def _verify(password: str, stored: str) -> bool:
    try:
        if _is_bearable(stored):
            return HASHER.verify(stored.removeprefix(PREFIX), password)
    except (VerificationError, ValueError):  # a hash that is damaged is a ValueError, or one of its kinds
        return False
    HASHER.hash(password)  # as much work as for a wrong password
    return False


def _is_bearable(stored: str) -> bool:
    """Return whether a hash is in Django's form and costs no more than the contract admits, or raise ValueError."""
    costs = extract_parameters(stored.removeprefix(PREFIX))
    return stored.startswith(PREFIX) and all(
        getattr(costs, name) <= PASSWORDS["max_" + unit] for name, unit in COSTS.items()
    )
