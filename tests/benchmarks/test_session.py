"""A run that stops reports its finished rounds, says why it stopped and how to continue, and exits with status 1."""

import errno
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
from rich.console import Console

from benchmarks import session
from benchmarks.environment.disks import NotWritable
from benchmarks.environment.outages import DatabaseFailed
from benchmarks.report.html import page
from benchmarks.results import FILE, Results
from benchmarks.runs.progress import RunProgress
from harness.ports import PortTaken
from harness.postgres.server import PostgresUnavailable
from tests.benchmarks.factories import made_results

ENOSPC = os.strerror(errno.ENOSPC)


def measured(directory: Path, error: Exception | None, *, rounds: int = 2, of: int = 5) -> tuple[int, str]:
    """Return the exit status and the output of a run that fails after `rounds` of `of` rounds."""
    return measured_results(made_results({"django": 1000, "fastapi": 1500}, rounds=rounds, of=of), directory, error)


def measured_results(results: Results, directory: Path, error: Exception | None = None) -> tuple[int, str]:
    """Return the exit status and the output of a run with these results, which an error ends if one is given."""

    def run(results: Results, directory: Path, _progress: RunProgress) -> None:
        directory.mkdir(exist_ok=True)
        results.save(directory)
        if error:
            raise error

    output = io.StringIO()
    console = Console(file=output, width=200)
    with replaced(run):
        status = session.measure(console, results, directory)
    return status, output.getvalue()


@contextmanager
def replaced(run: object) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "run", run)
        yield


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (DatabaseFailed("PostgreSQL stopped during login."), "Stopped: PostgreSQL stopped during login."),
        (NotWritable("The directory cannot be written to"), "Stopped: The directory cannot be written to"),
        (PortTaken("No port can be used."), "Stopped: No port can be used."),
        (psycopg2.OperationalError("refused"), "Stopped: refused"),
        (PostgresUnavailable(f"PostgreSQL did not start.\nFATAL: {ENOSPC}"), "Stopped: The disk for "),
        (OSError(errno.ENOSPC, ENOSPC), "Stopped: The disk for "),
    ],
)
def test_an_expected_failure_is_one_message_after_the_report(tmp_path: Path, error: Exception, expected: str) -> None:
    status, output = measured(tmp_path, error)
    assert status == 1
    before, stopped, after = output.partition(expected)
    assert stopped, output
    assert "product_detail" in before
    assert "Only 2 of 5 rounds were finished" in before
    assert f"--resume {tmp_path}" in after
    assert "Traceback" not in output
    assert (tmp_path / "report.html").exists()


def test_results_that_cannot_be_saved_name_the_disk_of_the_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", _no_space)
    status, output = measured(tmp_path, None, rounds=5)
    assert status == 1
    assert "Stopped: The disk for the results is full: " in output
    assert f"are free in {tmp_path}" in output
    assert "choose a directory on another disk with --output" in output
    assert not (tmp_path / FILE).with_suffix(".new").exists()


def test_a_run_whose_last_round_was_not_saved_can_be_continued(tmp_path: Path) -> None:
    _, output = measured(tmp_path, OSError(errno.ENOSPC, ENOSPC, str(tmp_path / FILE)), rounds=5)
    assert f"--resume {tmp_path}" in output


def test_a_report_that_cannot_be_written_names_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "write_html", lambda *_: _no_space(0))
    status, output = measured(tmp_path, None, rounds=5)
    assert status == 1
    assert "The report could not be written. The disk for the results is full" in output


def test_an_error_of_the_benchmark_itself_is_shown_with_its_traceback_and_the_report(tmp_path: Path) -> None:
    status, output = measured(tmp_path, KeyError("latencies"))
    assert status == 1
    assert "Traceback" in output
    assert "Stopped by an error of the benchmark itself, whose traceback is above: KeyError('latencies')" in output
    assert f"--resume {tmp_path}" in output
    assert (tmp_path / "report.html").exists()


def test_a_complete_run_exits_with_status_0(tmp_path: Path) -> None:
    status, output = measured(tmp_path, None, rounds=5)
    assert status == 0
    assert "Stopped" not in output
    assert "--resume" not in output


def test_a_complete_run_with_a_wrong_response_exits_with_status_1(tmp_path: Path) -> None:
    results = made_results({"django": 1000, "fastapi": 1500}, wrong=("django",))
    status, output = measured_results(results, tmp_path)
    assert results.is_finished
    assert "INVALID" in output
    assert "Stopped" not in output
    assert status == 1


def _no_space(_descriptor: int) -> None:
    raise OSError(errno.ENOSPC, ENOSPC)
