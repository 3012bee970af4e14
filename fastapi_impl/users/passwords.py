"""Password hashing in threads, because a hash takes as long as a hundred reads and would block the event loop."""

import hashlib
import hmac
import os

from anyio import CapacityLimiter, to_thread
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerificationError

from fastapi_impl.config.settings import get_settings
from fastapi_impl.contract import PASSWORDS

# Django stores the name of the algorithm before the hash of argon2-cffi.
PREFIX = "argon2"
HASHER = PasswordHasher(
    time_cost=PASSWORDS["time_cost"],
    memory_cost=PASSWORDS["memory_cost_kib"],
    parallelism=PASSWORDS["parallelism"],
    salt_len=22,  # as long as Django's, which rehashes a password with a shorter salt at the next sign-in
)
# The names of the costs in argon2-cffi and in settings.yaml.
COSTS = {"time_cost": "time_cost", "memory_cost": "memory_cost_kib", "parallelism": "parallelism"}
# A hash keeps one processor busy, so more threads would need more memory and save no time.
PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
LIMITER = CapacityLimiter(PROCESSORS)
DUMMY_HASH = PREFIX + HASHER.hash("")


async def hash_password(password: str) -> str:
    """Return the hash of the password in the format in which Django stores it."""
    return PREFIX + await to_thread.run_sync(HASHER.hash, password, limiter=LIMITER)


async def verify_password(password: str, stored: str | None) -> bool:
    """Return whether `stored` is a hash of the password. Takes the same time if `stored` is None."""
    return await to_thread.run_sync(_verify, password, stored or DUMMY_HASH, limiter=LIMITER) and stored is not None


def keyed_hash(stored: str) -> str:
    """Return a hash of the stored password, which a session keeps to end with it. Django's sessions have one too."""
    key = get_settings().key_for("session password")
    return hmac.digest(key.encode(), stored.encode(), hashlib.sha256).hex()


def _verify(password: str, stored: str) -> bool:
    try:
        if _is_affordable(stored):
            return HASHER.verify(stored.removeprefix(PREFIX), password)
    except (VerificationError, ValueError):  # InvalidHashError, for a damaged hash, is a ValueError
        return False
    HASHER.hash(password)  # takes as long as verifying a wrong password
    return False


def _is_affordable(stored: str) -> bool:
    """Return whether the hash has Django's format and costs within the limits of settings.yaml. Raises ValueError."""
    costs = extract_parameters(stored.removeprefix(PREFIX))
    return stored.startswith(PREFIX) and all(
        getattr(costs, name) <= PASSWORDS["max_" + unit] for name, unit in COSTS.items()
    )
