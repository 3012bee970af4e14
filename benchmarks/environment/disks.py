"""The disks that a run writes to: free space, whether they are writable, and what to do if they are not."""

import errno
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from harness.paths import default_data_dir

# Bytes. Below REQUIRED_SPACE a run does not start. With less than FULL left, a disk is full: programs write whole
# blocks, and PostgreSQL writes segments of its write-ahead log, which have 16 MiB.
REQUIRED_SPACE, FULL = 64 << 20, 16 << 20
_FULL_ERRORS = (errno.ENOSPC, errno.EDQUOT)
# The message of ENOSPC in the logs of PostgreSQL and of the servers, which run without translations.
_FULL_TEXT = os.strerror(errno.ENOSPC)


class DiskFull(RuntimeError):
    """A disk is full. The message says which directory, how much is free and what to do."""


class NotWritable(RuntimeError):
    """A directory cannot be written to. The message says why and what to do."""


@dataclass(frozen=True)
class Disk:
    """A directory that the run writes to. `name` says what it contains, `setting` what chooses another directory."""

    name: str
    directory: Path
    setting: str

    @property
    def free(self) -> int:
        """Number of bytes that this user can write. The directory does not have to exist."""
        return psutil.disk_usage(str(self._existing())).free

    def full(self) -> DiskFull:
        """Return the error which says that this disk is full."""
        return DiskFull(
            f"The disk for {self.name} is full: {size_text(self.free)} are free in {self.directory}. "
            f"Free some space there, or choose a directory on another disk with {self.setting}."
        )

    def require_writable(self) -> None:
        """Create the directory and a file in it. Raises NotWritable, DiskFull."""
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.directory) as file:
                file.write(b"x")
        except OSError as error:
            raise self.failed(error) from error

    def failed(self, error: OSError) -> DiskFull | NotWritable:
        """Return the error which says that writing to this disk failed, and why."""
        if error.errno in _FULL_ERRORS:
            return self.full()
        reason = "it is a file" if isinstance(error, FileExistsError) else error.strerror or str(error)
        return NotWritable(
            f"The directory for {self.name}, {self.directory}, cannot be written to ({reason}): "
            f"choose another one with {self.setting}."
        )

    def contains(self, path: str) -> bool:
        """Return whether a path is in the directory."""
        return Path(path).absolute().is_relative_to(self.directory.absolute())

    def _existing(self) -> Path:
        return next(path for path in (self.directory, *self.directory.absolute().parents) if path.exists())


def used_disks(results: Path) -> list[Disk]:
    """Return the disks of a run that writes its results to `results`. The first one is that of the results."""
    return [
        Disk("the results", results, "--output"),
        Disk("the data", default_data_dir(), "DATA_DIR"),
        Disk("temporary files", Path(tempfile.gettempdir()), "TMPDIR"),
    ]


def full_disk(error: BaseException, disks: list[Disk]) -> Disk | None:
    """Return the full disk that caused an error, None if no full disk did.

    The cause may be an error that this error replaced: clean-up on a full disk fails too.
    """
    for each in chain(error):
        if isinstance(each, OSError) and each.errno in _FULL_ERRORS:
            paths = [str(name) for name in (each.filename, each.filename2) if name]
            named = [disk for disk in disks if any(map(disk.contains, paths))]
            return max(named, key=lambda disk: len(disk.directory.parts)) if named else fullest(disks)
        if _FULL_TEXT in str(each):
            return fullest(disks)
    return None


def is_about_full_disk(text: str) -> bool:
    """Return whether a program's log reports a full disk."""
    return _FULL_TEXT in text


def fullest(disks: list[Disk]) -> Disk:
    """Return the disk with the least free space."""
    return min(disks, key=lambda disk: disk.free)


def size_text(size: int) -> str:
    """Return a number of bytes in MiB or GiB."""
    return f"{size / 2**30:.1f} GiB" if size >= 1 << 30 else f"{size / 2**20:.0f} MiB"


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and those that it replaced, or that it was raised from."""
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        yield error
        error = error.__cause__ or error.__context__
