"""Password hashing with the parameters that both wings share, in threads of its own.

A hash takes 19 MiB, which the allocator keeps for the thread that asked for them: in any thread of the server, they
would be kept for each.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

from django.contrib.auth.hashers import Argon2PasswordHasher

from django_impl.common.contract import PASSWORDS

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
        return self.threads.submit(super().verify, password, encoded).result()


SharedArgon2PasswordHasher.use_new_threads()
os.register_at_fork(after_in_child=SharedArgon2PasswordHasher.use_new_threads)  # a fork takes no threads along
