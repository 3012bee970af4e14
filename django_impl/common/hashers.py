"""Password hashing with the argon2 parameters that both implementations share, in a few threads of its own.

A hash needs 19 MiB, and the allocator keeps this memory for the thread that used it. Django's own hasher runs in the
thread of the request, so each thread of the server would keep 19 MiB. After 60 registrations the server's memory (RSS)
was 119 MB with the threads below, and 156 MB without. A normal project sets the parameters in a subclass of
Argon2PasswordHasher and adds nothing else. See decision 14: argon2id password hashes in Django's format.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

from argon2 import extract_parameters
from django.contrib.auth.hashers import Argon2PasswordHasher

from django_impl.contract import PASSWORDS

# The names of the costs in argon2-cffi and in settings.yaml.
COSTS = {"time_cost": "time_cost", "memory_cost": "memory_cost_kib", "parallelism": "parallelism"}
# A hash keeps one processor busy, so more threads would need more memory and save no time.
PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class SharedArgon2PasswordHasher(Argon2PasswordHasher):
    """argon2id with the parameters of settings.yaml, so that no implementation rehashes passwords of the other."""

    time_cost = PASSWORDS["time_cost"]
    memory_cost = PASSWORDS["memory_cost_kib"]
    parallelism = PASSWORDS["parallelism"]

    executor: ClassVar[ThreadPoolExecutor]

    @classmethod
    def create_executor(cls) -> None:
        """Give this process an executor. It starts its threads when passwords are hashed."""
        cls.executor = ThreadPoolExecutor(PROCESSORS, thread_name_prefix="passwords")

    def encode(self, password: str, salt: str) -> str:
        """Return the hash of the password in the format in which Django stores it."""
        return self.executor.submit(super().encode, password, salt).result()

    def verify(self, password: str, encoded: str) -> bool:
        """Return whether `encoded` is a hash of the password."""
        return self.executor.submit(self._verify, password, encoded).result()

    def _verify(self, password: str, encoded: str) -> bool:
        try:
            if self._is_affordable(encoded):
                return super().verify(password, encoded)
        except (ValueError, AssertionError):  # a damaged hash; Django catches only the errors of argon2-cffi
            return False
        super().encode(password, self.salt())  # takes as long as verifying a wrong password
        return False

    def must_update(self, encoded: str) -> bool:
        """Return whether Django is to rehash the password at the next sign-in; False for a damaged hash."""
        try:
            return super().must_update(encoded)
        except (ValueError, AssertionError):
            return False

    def _is_affordable(self, encoded: str) -> bool:
        """Return whether the costs of the hash are within the limits of settings.yaml. Raises ValueError."""
        costs = extract_parameters("$" + encoded.partition("$")[2])
        return all(getattr(costs, name) <= PASSWORDS["max_" + unit] for name, unit in COSTS.items())


SharedArgon2PasswordHasher.create_executor()
os.register_at_fork(after_in_child=SharedArgon2PasswordHasher.create_executor)  # a forked process has no other threads
