"""Locks between processes that the kernel lets go of when a process dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SHARED = fcntl.LOCK_SH
EXCLUSIVE = fcntl.LOCK_EX
AT_ONCE = fcntl.LOCK_NB


@contextmanager
def held(path: Path, mode: int) -> Iterator[int]:
    """Hold a flock on a file and yield its descriptor. Raises BlockingIOError when it is taken and wanted AT_ONCE."""
    descriptor = _acquire(path, mode)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def free(path: Path) -> bool:
    """Whether nobody holds the lock, or only others that share it."""
    try:
        with held(path, SHARED | AT_ONCE):
            return True
    except BlockingIOError:
        return False


def upgrade(descriptor: int) -> bool:
    """Make a shared lock exclusive when nobody else shares it; whether that worked. Otherwise it may be lost."""
    try:
        fcntl.flock(descriptor, EXCLUSIVE | AT_ONCE)
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
        if _is_still(path, descriptor):
            return descriptor
        os.close(descriptor)


def _is_still(path: Path, descriptor: int) -> bool:
    # A reset may have deleted the file while we waited; a lock on a deleted file keeps nobody out.
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
