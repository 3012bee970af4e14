"""Password hashing with the parameters that both implementations share, in threads of its own.

A hash takes 19 MiB, which the allocator keeps for the thread that asked for them: in any thread of the server, they
would be kept for each.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

from argon2 import extract_parameters
from django.contrib.auth.hashers import Argon2PasswordHasher

from django_impl.contract import PASSWORDS

# What argon2 calls its costs, and settings.yaml.
COSTS = {"time_cost": "time_cost", "memory_cost": "memory_cost_kib", "parallelism": "parallelism"}
# More threads than processors would only need more memory.
PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class SharedArgon2PasswordHasher(Argon2PasswordHasher):
    """argon2id as settings.yaml has it, so that no sign-in finds a hash to renew."""

    time_cost = PASSWORDS["time_cost"]
    memory_cost = PASSWORDS["memory_cost_kib"]
    parallelism = PASSWORDS["parallelism"]

    threads: ClassVar[ThreadPoolExecutor]

    @classmethod
    def use_new_threads(cls) -> None:
        """Let this process hash in threads of its own; the first passwords start them."""
        cls.threads = ThreadPoolExecutor(PROCESSORS, thread_name_prefix="passwords")

    def encode(self, password: str, salt: str) -> str:
        """Return the password as it is stored."""
        return self.threads.submit(super().encode, password, salt).result()

    def verify(self, password: str, encoded: str) -> bool:
        """Return whether `encoded` was made of the password."""
        return self.threads.submit(self._verify, password, encoded).result()

    def _verify(self, password: str, encoded: str) -> bool:
        try:
            if self._is_bearable(encoded):
                return super().verify(password, encoded)
        except (ValueError, AssertionError):  # a hash that is damaged; Django catches argon2's own errors only
            return False
        super().encode(password, self.salt())  # as much work as for a wrong password
        return False

    def must_update(self, encoded: str) -> bool:
        """Return whether the hash is to be made again at the next sign-in: not where none can succeed."""
        try:
            return super().must_update(encoded)
        except (ValueError, AssertionError):
            return False

    def _is_bearable(self, encoded: str) -> bool:
        """Return whether the hash costs no more than the contract admits, or raise ValueError."""
        costs = extract_parameters("$" + encoded.partition("$")[2])
        return all(getattr(costs, name) <= PASSWORDS["max_" + unit] for name, unit in COSTS.items())


SharedArgon2PasswordHasher.use_new_threads()
os.register_at_fork(after_in_child=SharedArgon2PasswordHasher.use_new_threads)  # a fork takes no threads along
