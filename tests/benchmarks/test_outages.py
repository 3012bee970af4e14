"""What a run says and leaves behind when PostgreSQL stops or a disk is full."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from benchmarks.results import Results
from harness.postgres.cluster import Cluster
from tests.benchmarks.processes import RUN_TIMEOUT, lines_until, started

pytestmark = pytest.mark.takes_minutes

SMALL_DISK, FILLER = "256m", "filler"
OPTIONS = ("--smoke", "--variant", "fastapi", "--scenario", "product_create", "--rounds", "2", "--duration", "2")


@pytest.fixture(autouse=True)
def embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unset DATABASE_URL: these tests stop the embedded server and fill its disk."""
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture(scope="module")
def mounted_disk() -> Iterator[Path]:
    """A file system of SMALL_DISK bytes. Only root can mount one; injected errors replace it in the other tests."""
    directory = Path(tempfile.mkdtemp(prefix="small-disk-"))
    command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK},mode=755", "tmpfs", str(directory)]
    mounted = subprocess.run(command, capture_output=True, check=False)
    if mounted.returncode != 0:
        directory.rmdir()
        pytest.skip("this user cannot mount a file system")
    try:
        yield directory
    finally:
        subprocess.run(["umount", "--lazy", str(directory)], check=True)
        directory.rmdir()


@pytest.fixture
def small_disk(mounted_disk: Path) -> Iterator[Path]:
    """The small disk, which a test may fill."""
    yield mounted_disk
    (mounted_disk / FILLER).unlink(missing_ok=True)


def test_a_run_whose_postgresql_is_killed_says_so_keeps_its_rounds_and_can_be_resumed(tmp_path: Path) -> None:
    data, output_directory = tmp_path / "data", tmp_path / "results"
    with started(*OPTIONS, "--output", output_directory, DATA_DIR=str(data)) as run:
        output = "".join(lines_until(run, "round 2/2: product_create"))
        processes = psutil.Process(run.pid).children(recursive=True)
        postmaster = Cluster(data).postmaster()
        assert postmaster is not None, output
        processes += [postmaster, *postmaster.children(recursive=True)]
        postmaster.kill()
        output += run.communicate(timeout=RUN_TIMEOUT)[0]
    assert run.returncode == 1, output
    assert "Stopped: PostgreSQL stopped during main: round 2/2: product_create." in output
    assert output.rstrip().endswith(f"--resume {output_directory}")
    assert "Traceback" not in output
    assert psutil.wait_procs(processes, timeout=RUN_TIMEOUT)[1] == []
    assert _processes_with(data) == []
    (part,) = Results.load(output_directory).parts
    assert part.finished_rounds() == [1]

    with started("--resume", output_directory, DATA_DIR=str(data)) as resumed:
        output = resumed.communicate(timeout=RUN_TIMEOUT)[0]
    assert resumed.returncode == 0, output
    (part,) = Results.load(output_directory).parts
    assert part.finished_rounds() == [1, 2]


def test_a_disk_that_fills_up_during_a_measurement_is_named(small_disk: Path, tmp_path: Path) -> None:
    with started(*OPTIONS, "--output", tmp_path, DATA_DIR=str(small_disk / "data")) as run:
        output = "".join(lines_until(run, "round 2/2: product_create"))
        _fill(small_disk)
        output += run.communicate(timeout=RUN_TIMEOUT)[0]
    assert run.returncode == 1, output
    assert _names_full_disk(output, small_disk), output
    assert "choose a directory on another disk with DATA_DIR" in output
    assert output.rstrip().endswith(f"--resume {tmp_path}")
    assert _processes_with(small_disk) == []
    (part,) = Results.load(tmp_path).parts
    assert part.finished_rounds() == [1]


def test_a_disk_that_fills_up_while_a_database_is_cloned_is_named(small_disk: Path, tmp_path: Path) -> None:
    with started(*OPTIONS, "--output", tmp_path, DATA_DIR=str(small_disk / "data")) as run:
        output = "".join(lines_until(run, "round 1/2: starting fastapi"))
        _fill(small_disk)
        output += run.communicate(timeout=RUN_TIMEOUT)[0]
    assert run.returncode == 1, output
    assert _names_full_disk(output, small_disk), output
    assert _processes_with(small_disk) == []


def _names_full_disk(output: str, disk: Path) -> bool:
    """Return whether the run stopped because the disk is full.

    PostgreSQL deletes a file that it could not finish, so some space may be free again when the run looks.
    """
    return bool(re.search(rf"Stopped: The disk for the data is full: \d+ MiB are free in {disk}/data\.", output))


def _fill(disk: Path) -> None:
    """Write a file that leaves no space on the disk."""
    with (disk / FILLER).open("wb", buffering=0) as file:
        block = b"x" * (1 << 20)
        try:
            while True:
                file.write(block)
        except OSError:
            assert shutil.disk_usage(disk).free < os.sysconf("SC_PAGE_SIZE") * 2


def _processes_with(directory: Path) -> list[psutil.Process]:
    """Return the processes that have the directory in their command line."""
    own = psutil.Process()
    others = (each for each in psutil.process_iter(["cmdline"]) if each != own)
    return [each for each in others if any(str(directory) in word for word in each.info["cmdline"] or ())]
