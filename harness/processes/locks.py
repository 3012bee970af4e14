"""File locks between processes. The kernel releases them when a process ends, even if it was killed."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SHARED = fcntl.LOCK_SH
EXCLUSIVE = fcntl.LOCK_EX
NON_BLOCKING = fcntl.LOCK_NB


@contextmanager
def file_lock(path: Path, mode: int) -> Iterator[int]:
    """Hold a flock on a file, and yield its descriptor. Raises BlockingIOError if NON_BLOCKING and already locked."""
    descriptor = _acquire(path, mode)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def is_free(path: Path) -> bool:
    """Return True if no process holds the lock exclusively."""
    try:
        with file_lock(path, SHARED | NON_BLOCKING):
            return True
    except BlockingIOError:
        return False


def try_upgrade(descriptor: int) -> bool:
    """Make a shared lock exclusive, and return whether this succeeded. If it did not, the shared lock may be lost."""
    try:
        fcntl.flock(descriptor, EXCLUSIVE | NON_BLOCKING)
    except BlockingIOError:
        return False
    return True


def _acquire(path: Path, mode: int) -> int:
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, mode)
        except BaseException:
            os.close(descriptor)
            raise
        if _is_same_file(path, descriptor):
            return descriptor
        os.close(descriptor)


def _is_same_file(path: Path, descriptor: int) -> bool:
    # `make reset` may have deleted the file while this process waited. Another process would lock a new file.
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
