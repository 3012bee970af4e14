"""One call of the benchmark from start to report, however it ends: done, failed, or interrupted."""

import http.client
import os
import signal
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import psycopg2
from rich.console import Console

from benchmarks import markdown, table
from benchmarks.client import SignInFailed
from benchmarks.load import GeneratorFailed
from benchmarks.progress import watched
from benchmarks.results import FILE, Results
from benchmarks.runner import run
from benchmarks.summary import Summary, summarise
from harness.paths import ROOT
from harness.postgres import PostgresUnavailable
from harness.templates import MigrationFailed
from harness.wings import ServerFailed

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
FAILURES = (
    *(PostgresUnavailable, MigrationFailed, ServerFailed, GeneratorFailed, SignInFailed),
    *(LookupError, OSError, http.client.HTTPException, psycopg2.Error),
)


class Interrupted(KeyboardInterrupt):
    """The program was asked to stop, by Ctrl-C or otherwise."""

    def __init__(self, number: int) -> None:
        self.exit_code = 128 + number


def stop_on_signals() -> None:
    """Let signals end the run in good order; those that come while it is ending change nothing."""

    def interrupt(number: int, _frame: FrameType | None) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted(number)

    for each in SIGNALS:
        signal.signal(each, interrupt)


def new_directory() -> Path:
    """A place for results that nothing else uses."""
    return ROOT / "results" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}"


def measure(console: Console, results: Results, directory: Path) -> int:
    """Run what is missing and report what is there. Returns the exit status: 0 only when every row counts."""
    status = 0
    try:
        directory.mkdir(parents=True, exist_ok=True)
        done = len(results.finished_rounds()) * results.settings.legs_per_round * len(results.settings.scenarios)
        with watched(console, results.settings, done) as watch:
            run(results, directory, watch)
    except Interrupted as interruption:
        status = interruption.exit_code
        console.print("Interrupted.")
    except FAILURES as error:
        status = 1
        console.print(f"Stopped: {error}", style="red", markup=False, highlight=False)
    summary = summarise(results)
    _report(console, summary, results)
    try:
        _write(console, summary, results, directory)
    except OSError as error:
        console.print(f"Nothing could be written: {error}", style="red", markup=False, highlight=False)
        status = status or 1
    with suppress(OSError):
        # Only when nothing came to stand in it.
        directory.rmdir()
    return status or int(bool(summary.invalid))


def _report(console: Console, summary: Summary, results: Results) -> None:
    if summary.rows or summary.invalid:
        table.show(console, summary, results)
    else:
        console.print("No round was finished, so there is nothing to report.")


def _write(console: Console, summary: Summary, results: Results, directory: Path) -> None:
    if summary.rows or summary.invalid:
        (directory / markdown.FILE).write_text(markdown.report(summary, results))
        console.print("\nWritten:", *(_shown(directory / name) for name in (FILE, markdown.FILE)), soft_wrap=True)
    if summary.rounds < results.settings.rounds and (directory / FILE).exists():
        console.print(f"To finish it: .venv/bin/python -m benchmarks --resume {_shown(directory)}", soft_wrap=True)


def _shown(path: Path) -> str:
    whole = path.resolve()
    return str(whole.relative_to(ROOT) if whole.is_relative_to(ROOT) else whole)
