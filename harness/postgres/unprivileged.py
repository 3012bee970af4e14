"""Run a program as an ordinary user. PostgreSQL refuses to run as root.

`python -m harness.postgres.unprivileged UID GID open|closed PROGRAM ARGUMENT...`

`closed` says that a directory on the way is closed to that user (a repository below /root, say). The program then
keeps one power of root, to pass through directories and open files, rather than that we open them for everybody.
"""

import ctypes
import os
import pwd
import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522
_PR_SET_SECUREBITS = 28
_SECBIT_NO_SETUID_FIXUP = 1 << 2
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2


@dataclass(frozen=True)
class Account:
    """An ordinary user of this machine."""

    uid: int
    gid: int

    def command(self, program: Sequence[str], *, through: Sequence[Path]) -> list[str]:
        """The command line that runs a program as this user, who must reach the given paths."""
        way = "open" if all(self._reaches(path) for path in through) else "closed"
        return [sys.executable, "-m", "harness.postgres.unprivileged", str(self.uid), str(self.gid), way, *program]

    def _reaches(self, path: Path) -> bool:
        return all(self._may_enter(directory) for directory in (path, *path.parents) if directory.is_dir())

    def _may_enter(self, directory: Path) -> bool:
        status = directory.stat()
        owned = status.st_uid == self.uid and status.st_mode & stat.S_IXUSR
        return bool(owned or status.st_mode & stat.S_IXOTH)


def account_beside_root(*owned: Path) -> Account:
    """The first owner of the given paths that is a user here and not root; else `nobody`."""
    for status in (path.stat() for path in owned if path.exists()):
        if status.st_uid != 0 and _has_name(status.st_uid):
            return Account(status.st_uid, status.st_gid)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def _has_name(uid: int) -> bool:
    # A directory mounted into a container may belong to a user whom only its host knows; initdb asks for the name.
    try:
        return bool(pwd.getpwuid(uid))
    except KeyError:
        return False


def main(arguments: Sequence[str]) -> None:
    """Become the user, then the program."""
    uid, gid, way, *program = arguments
    libc = ctypes.CDLL(None, use_errno=True)
    if way == "closed":
        # Powers then outlive the change of user, and count when the program asks whether it may open a file.
        _check(libc.prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP, 0, 0, 0), program[0])
    os.setgroups([])
    os.setgid(int(gid))
    os.setuid(int(uid))
    if way == "closed":
        _keep_passage(libc, program[0])
    os.execv(program[0], program)  # noqa: S606 - to become the program, with no shell, is the point


def _keep_passage(libc: ctypes.CDLL, program: str) -> None:
    mask = 1 << _CAP_DAC_OVERRIDE
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    effective_permitted_inheritable = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
    _check(libc.capset(header, effective_permitted_inheritable), program)
    _check(libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0), program)


def _check(result: int, program: str) -> None:
    if result != 0:
        sys.exit(
            f"{program} must run as an ordinary user, and a directory above it or above the data is closed "
            f"to that user ({os.strerror(ctypes.get_errno())}). "
            "Move the repository, run as an ordinary user, or set DATABASE_URL."
        )


if __name__ == "__main__":
    main(sys.argv[1:])
