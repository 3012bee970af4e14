"""Run a program as an ordinary user, because PostgreSQL does not run as root.

`python -m harness.postgres.unprivileged UID GID reachable|unreachable PROGRAM ARGUMENT...`

`unreachable` means that the user has no permission to enter a directory of a required path, for example a repository
below /root. The program then keeps one capability of root, CAP_DAC_OVERRIDE, which ignores file permissions. The
alternative would be to change the permissions of these directories for all users.
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

    def command(self, program: Sequence[str], *, required_paths: Sequence[Path]) -> list[str]:
        """Return the command line that runs a program as this user with access to the required paths."""
        access = "reachable" if all(self._can_reach(path) for path in required_paths) else "unreachable"
        return [sys.executable, "-m", "harness.postgres.unprivileged", str(self.uid), str(self.gid), access, *program]

    def _can_reach(self, path: Path) -> bool:
        return all(self._may_enter(directory) for directory in (path, *path.parents) if directory.is_dir())

    def _may_enter(self, directory: Path) -> bool:
        status = directory.stat()
        owned = status.st_uid == self.uid and status.st_mode & stat.S_IXUSR
        return bool(owned or status.st_mode & stat.S_IXOTH)


def unprivileged_account(*paths: Path) -> Account:
    """Return the first owner of the paths that is a user of this machine and not root, otherwise `nobody`."""
    for status in (path.stat() for path in paths if path.exists()):
        if status.st_uid != 0 and _has_name(status.st_uid):
            return Account(status.st_uid, status.st_gid)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def _has_name(uid: int) -> bool:
    # initdb needs the user's name. A directory mounted into a container may belong to a user of the host alone.
    try:
        return bool(pwd.getpwuid(uid))
    except KeyError:
        return False


def main(arguments: Sequence[str]) -> None:
    """Switch to the user, then replace this process with the program."""
    uid, gid, access, *program = arguments
    libc = ctypes.CDLL(None, use_errno=True)
    if access == "unreachable":
        # Without this, setuid() would clear the capabilities.
        _check(libc.prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP, 0, 0, 0), program[0])
    os.setgroups([])
    os.setgid(int(gid))
    os.setuid(int(uid))
    if access == "unreachable":
        _keep_dac_override(libc, program[0])
    os.execv(program[0], program)  # noqa: S606 - no shell, on purpose


def _keep_dac_override(libc: ctypes.CDLL, program: str) -> None:
    mask = 1 << _CAP_DAC_OVERRIDE
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    effective_permitted_inheritable = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
    _check(libc.capset(header, effective_permitted_inheritable), program)
    _check(libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0), program)


def _check(result: int, program: str) -> None:
    if result != 0:
        sys.exit(
            f"{program} must run as an ordinary user, who has no permission to enter a directory above the program or "
            f"above the data ({os.strerror(ctypes.get_errno())}). "
            "Move the repository, run as an ordinary user, or set DATABASE_URL."
        )


if __name__ == "__main__":
    main(sys.argv[1:])
