"""One call of the benchmark from start to report, whether it finishes, fails or is interrupted."""

import http.client
import os
import signal
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import psycopg2
from rich.console import Console

from benchmarks.analysis.summary import Summary, summaries
from benchmarks.layers.pgbench import PgbenchFailed
from benchmarks.load.calibration import CalibrationFailed
from benchmarks.load.process import GeneratorFailed
from benchmarks.report import markdown, terminal
from benchmarks.report.html import page
from benchmarks.results import FILE, Results
from benchmarks.runs.progress import watched
from benchmarks.runs.runner import run
from benchmarks.verification.client import SignInFailed
from harness.commands.program import on_signals
from harness.databases.templates import MigrationFailed
from harness.paths import ROOT, BadSetting
from harness.postgres.server import PostgresUnavailable
from harness.servers.server import ServerFailed

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
FAILURES = (
    *(
        BadSetting,
        PostgresUnavailable,
        MigrationFailed,
        ServerFailed,
        GeneratorFailed,
        SignInFailed,
        CalibrationFailed,
        PgbenchFailed,
    ),
    *(LookupError, OSError, http.client.HTTPException, psycopg2.Error),
)


class Interrupted(KeyboardInterrupt):
    """The program received a signal to stop."""

    def __init__(self, number: int) -> None:
        self.exit_code = 128 + number


def stop_on_signals() -> None:
    """Make signals end the run cleanly; further signals are ignored."""

    def interrupt(number: int, _frame: FrameType | None) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted(number)

    on_signals(SIGNALS, interrupt)


def new_directory() -> Path:
    """Create a new directory for results."""
    return ROOT / "results" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}"


def measure(console: Console, results: Results, directory: Path) -> int:
    """Run what is missing and report the results. Returns the exit status: 0 only when every row is valid."""
    status = 0
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with watched(console, results) as watch:
            run(results, directory, watch)
    except Interrupted as interruption:
        status = interruption.exit_code
        console.print("Interrupted.")
    except FAILURES as error:
        status = 1
        console.print(f"Stopped: {error}", style="red", markup=False, highlight=False, emoji=False)
    reported = report(console, results, directory)
    if not results.is_finished and (directory / FILE).exists():
        words = ".venv/bin/python -m benchmarks --resume"
        console.print(f"To finish it: {words} {_shown(directory)}", soft_wrap=True, markup=False, emoji=False)
    with suppress(OSError):
        # Only when nothing came to stand in it.
        directory.rmdir()
    return status or reported


def report(console: Console, results: Results, directory: Path) -> int:
    """Print and write the reports. Returns 0 only when every row was measured and is valid."""
    found = summaries(results)
    if not any(summary.rows or summary.invalid for summary in found):
        console.print("No round was finished, so there is nothing to report.")
        return 1
    terminal.show(console, found, results)
    try:
        _write(console, found, results, directory)
    except OSError as error:
        console.print(f"Nothing could be written: {error}", style="red", markup=False, highlight=False, emoji=False)
        return 1
    return int(not results.is_finished or any(summary.invalid for summary in found))


def _write(console: Console, found: list[Summary], results: Results, directory: Path) -> None:
    # Matplotlib takes two seconds to import, which nobody should wait for who only asks for help.
    from benchmarks.report.svg.pictures import write_pictures

    page.write_html(results, directory / page.FILE, found)
    drawn = write_pictures(results, directory, found)
    (directory / markdown.FILE).write_text(markdown.report(found, results, drawn), encoding="utf-8")
    names = (page.FILE, markdown.FILE, FILE)
    console.print(
        "\nWritten:", *(_shown(directory / name) for name in names), soft_wrap=True, markup=False, emoji=False
    )


def _shown(path: Path) -> str:
    whole = path.resolve()
    return str(whole.relative_to(ROOT) if whole.is_relative_to(ROOT) else whole)
