"""One execution of the benchmark, from its start to the report. The report is also written after a failure."""

import http.client
import os
import signal
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import psycopg2
from rich.console import Console
from rich.traceback import Traceback

from benchmarks.analysis.summary import Summary, summaries
from benchmarks.environment.disks import DiskFull, NotWritable, full_disk, used_disks
from benchmarks.environment.outages import DatabaseFailed
from benchmarks.layers.pgbench import PgbenchFailed
from benchmarks.load.calibration import CalibrationFailed
from benchmarks.load.process import GeneratorFailed
from benchmarks.report import markdown, terminal
from benchmarks.results import FILE, Results
from benchmarks.runs.progress import show_progress
from benchmarks.runs.runner import run
from benchmarks.scenarios.sample import SampleTooSmall
from benchmarks.verification.client import SignInFailed
from harness.commands.program import on_signals
from harness.databases.templates import MigrationFailed
from harness.paths import ROOT, BadSetting
from harness.ports import PortTaken
from harness.postgres.server import PostgresUnavailable
from harness.servers.server import ServerFailed

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
FAILURES = (
    *(
        DiskFull,
        NotWritable,
        DatabaseFailed,
        BadSetting,
        PortTaken,
        PostgresUnavailable,
        MigrationFailed,
        ServerFailed,
        GeneratorFailed,
        SignInFailed,
        CalibrationFailed,
        PgbenchFailed,
    ),
    *(SampleTooSmall, OSError, http.client.HTTPException, psycopg2.Error),
)


class Interrupted(KeyboardInterrupt):
    """The program received a signal to stop."""

    def __init__(self, number: int) -> None:
        self.exit_code = 128 + number


def stop_on_signals() -> None:
    """Stop the run cleanly on the first of SIGNALS and ignore further ones."""

    def interrupt(number: int, _frame: FrameType | None) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted(number)

    on_signals(SIGNALS, interrupt)


def new_directory() -> Path:
    """Return the path of a new directory for results; it is not created."""
    return ROOT / "results" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}"


def measure(console: Console, results: Results, directory: Path) -> int:
    """Measure the rounds that the results do not contain yet, and report. Return the exit status: see `report`.

    The report contains the finished rounds, also after an error.
    """
    status, reason = 0, ""
    try:
        with show_progress(console, results) as progress:
            run(results, directory, progress)
    except Interrupted as interruption:
        status = interruption.exit_code
        reason = "Interrupted."
    except FAILURES as error:
        status = 1
        reason = f"Stopped: {_cause(error, directory)}"
    except Exception as error:
        # An error of the benchmark itself, which needs its traceback to be corrected.
        status = 1
        console.print(Traceback.from_exception(type(error), error, error.__traceback__))
        reason = f"Stopped by an error of the benchmark itself, whose traceback is above: {error!r}"
    reported = report(console, results, directory)
    # After the report, where it is not overlooked.
    _print_error(console, reason)
    if (status or not results.is_finished) and (directory / FILE).exists():
        command = f".venv/bin/python -m benchmarks --resume {_display_path(directory)}"
        console.print(f"To continue the run: {command}", soft_wrap=True, markup=False, emoji=False)
    with suppress(OSError):
        # Succeeds only if the directory is empty.
        directory.rmdir()
    return status or reported


def report(console: Console, results: Results, directory: Path) -> int:
    """Print and write the reports. Return the exit status: 0 only if every row was measured and is valid."""
    part_summaries = summaries(results)
    if not any(summary.rows or summary.invalid for summary in part_summaries):
        console.print("No round was finished, so there is nothing to report.")
        return 1
    terminal.show(console, part_summaries, results)
    try:
        _write(console, part_summaries, results, directory)
    except OSError as error:
        _print_error(console, f"The report could not be written. {used_disks(directory)[0].failed(error)}")
        return 1
    return int(not results.is_finished or any(summary.invalid for summary in part_summaries))


def _write(console: Console, part_summaries: list[Summary], results: Results, directory: Path) -> None:
    # Importing Matplotlib takes two seconds, which `--help` should not take.
    from benchmarks.report.html import page
    from benchmarks.report.svg.pictures import write_pictures

    page.write_html(results, directory / page.FILE, part_summaries)
    pictures = write_pictures(results, directory, part_summaries)
    (directory / markdown.FILE).write_text(markdown.report(part_summaries, results, pictures), encoding="utf-8")
    paths = [_display_path(directory / name) for name in (page.FILE, markdown.FILE, FILE)]
    console.print("\nWritten:", *paths, soft_wrap=True, markup=False, emoji=False)


def _print_error(console: Console, message: str) -> None:
    if message:
        console.print(message, style="red", soft_wrap=True, markup=False, highlight=False, emoji=False)


def _cause(error: Exception, directory: Path) -> Exception:
    """Return an error that names the full disk, if one has caused `error` before or after PostgreSQL ran."""
    disk = None if isinstance(error, DiskFull | DatabaseFailed) else full_disk(error, used_disks(directory))
    return disk.full() if disk else error


def _display_path(path: Path) -> str:
    absolute = path.resolve()
    return str(absolute.relative_to(ROOT) if absolute.is_relative_to(ROOT) else absolute)
