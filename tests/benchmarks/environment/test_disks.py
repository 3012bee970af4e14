"""Errors of a full or read-only disk name the directory, the free space and what to do."""

import errno
import os
from collections import namedtuple
from collections.abc import Mapping
from pathlib import Path

import psutil
import psycopg2
import pytest

from benchmarks.environment.disks import (
    REQUIRED_SPACE,
    Disk,
    DiskFull,
    NotWritable,
    full_disk,
    used_disks,
)
from benchmarks.environment.preflight import require_disks
from harness.servers.server import ServerFailed

Usage = namedtuple("Usage", ["free"])
ENOSPC = os.strerror(errno.ENOSPC)


@pytest.fixture
def disks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Disk]:
    """The disks of a run, on three file systems; that of the data has the least free space."""
    spaces = {"results": 3 * REQUIRED_SPACE, "data": 0, "scratch": REQUIRED_SPACE}
    for name in spaces:
        (tmp_path / name).mkdir()
    free_space(monkeypatch, {tmp_path / name: free for name, free in spaces.items()})
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "scratch"))
    return used_disks(tmp_path / "results")


def free_space(monkeypatch: pytest.MonkeyPatch, spaces: Mapping[Path, int]) -> None:
    """Let the directories have so many bytes of free space."""
    monkeypatch.setattr(psutil, "disk_usage", lambda path: Usage(spaces[Path(path)]))


def test_a_run_does_not_start_on_a_full_disk(disks: list[Disk], tmp_path: Path) -> None:
    with pytest.raises(DiskFull) as caught:
        require_disks(disks)
    assert str(caught.value) == (
        f"The disk for the data is full: 0 MiB are free in {tmp_path}/data. Free some space there, "
        "or choose a directory on another disk with DATA_DIR."
    )


def test_a_directory_that_does_not_exist_yet_is_created(tmp_path: Path) -> None:
    require_disks(used_disks(tmp_path / "not" / "created" / "yet"))
    assert list((tmp_path / "not" / "created" / "yet").iterdir()) == []


def test_a_directory_that_cannot_be_written_to_is_named_with_the_option_that_chooses_another(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotWritable) as caught:
        require_disks(used_disks(tmp_path / "file"))
    assert f"The directory for the results, {tmp_path}/file, cannot be written to" in str(caught.value)
    assert "(it is a file): choose another one with --output." in str(caught.value)


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_the_reason_of_the_system_is_repeated(tmp_path: Path, number: int) -> None:
    problem = used_disks(tmp_path)[0].failed(OSError(number, os.strerror(number), str(tmp_path)))
    assert f"({os.strerror(number)})" in str(problem)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_the_file_of_an_error_names_the_disk(disks: list[Disk], tmp_path: Path, number: int) -> None:
    error = OSError(number, os.strerror(number), str(tmp_path / "results" / "results.json"))
    assert full_disk(error, disks) == disks[0]


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, ENOSPC),
        psycopg2.errors.DiskFull(f'could not extend file "base/5/16384": {ENOSPC}'),
        psycopg2.OperationalError(f'PANIC:  could not write to file "pg_wal/xlogtemp.1": {ENOSPC}'),
        ServerFailed(f"django stopped while starting. Its last lines:\nOSError: [Errno 28] {ENOSPC}"),
    ],
)
def test_an_error_without_a_file_is_attributed_to_the_disk_with_the_least_space(
    disks: list[Disk], error: Exception
) -> None:
    assert full_disk(error, disks) == disks[1]


def test_the_cause_of_an_error_in_the_clean_up_is_found(disks: list[Disk]) -> None:
    with pytest.raises(psycopg2.OperationalError) as caught:
        fail_and_fail_to_clean_up()
    assert full_disk(caught.value, disks) == disks[1]


def fail_and_fail_to_clean_up() -> None:
    try:
        raise OSError(errno.ENOSPC, ENOSPC)
    finally:
        raise psycopg2.OperationalError("connection refused")


def test_other_errors_are_not_attributed_to_a_disk(disks: list[Disk]) -> None:
    assert full_disk(OSError(errno.ECONNREFUSED, "Connection refused"), disks) is None
    assert full_disk(psycopg2.OperationalError("connection refused"), disks) is None
