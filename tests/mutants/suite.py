"""Run the contract suite, or some of its tests, in a copy of the repository."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from xml.etree import ElementTree

from harness.paths import default_data_dir
from tests.contract.observed import IMPLEMENTATIONS

SUITE = ("tests/contract", "tests/parity/test_corpus.py")
FAILED, NOTHING_SELECTED = 1, 5


@dataclass(frozen=True)
class Outcome:
    """The failed tests, as `file::function`. `error` is set if the run gives no verdict on its mutant."""

    failed: tuple[str, ...] = ()
    error: str = ""


class Interrupted(Exception):
    """The run was stopped with its `stop` event."""


def selection(implementation: str, words: str = "") -> str:
    """Return a pytest expression for tests that match `words`, without those of the other implementation alone."""
    (other,) = {*IMPLEMENTATIONS} - {implementation}
    return f"({words}) and not {other}" if words else f"not {other}"


def run(
    copy: Path, paths: Sequence[str], expression: str, *, seconds: float, stop: Event, run_all: bool = False
) -> Outcome:
    """Run tests until the first failure, or all of them, for at most `seconds`. Raises Interrupted.

    All processes that were started have ended when the function returns.
    """
    report, log = copy.with_suffix(".xml"), copy.with_suffix(".log")
    report.unlink(missing_ok=True)
    log.write_bytes(b"")
    options = ["-q", "-p", "no:cacheprovider", f"--junitxml={report}", "-k", expression, *(() if run_all else ("-x",))]
    status = _run_with_timeout([sys.executable, "-m", "pytest", *options, *paths], copy, log, seconds, stop)
    if stop.is_set():
        raise Interrupted
    if status is None:
        return Outcome(error=f"the tests took more than {seconds:.0f} s")
    if status == 0:
        return Outcome()
    if status == NOTHING_SELECTED:
        return Outcome(error=f"no test is selected by: {expression}")
    if status != FAILED or not report.exists():
        return Outcome(error=_tail(log))
    return read_report(report)


def _run_with_timeout(command: Sequence[str], copy: Path, log: Path, seconds: float, stop: Event) -> int | None:
    """Run the command, and return its exit status, or None if it was stopped."""
    # The copies share the data directory: the mutants do not change the template databases.
    environment = {**os.environ, "DATA_DIR": str(default_data_dir())}
    environment.pop("PYTHONPATH", None)
    guard = subprocess.Popen(
        [sys.executable, "-m", "harness.servers.guard", "-", str(log), "-", ".", *command],
        cwd=copy,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + seconds
        while guard.poll() is None and time.monotonic() < deadline and not stop.is_set():
            time.sleep(0.05)
        return guard.returncode
    finally:
        guard.communicate()  # this closes its input, after which it stops the command


def read_report(report: Path) -> Outcome:
    """Return the failed tests of a JUnit report."""
    failed = dict.fromkeys(_failures(report))
    if not_started := [why for _, why in failed if "ServerFailed" in why]:
        return Outcome(error=f"the implementation does not start: {not_started[0][-500:]}")
    return Outcome(failed=tuple(dict.fromkeys(test for test, _ in failed)))


def _failures(report: Path) -> Iterator[tuple[str, str]]:
    for case in ElementTree.parse(report).iter("testcase"):
        for kind in ("failure", "error"):
            if (found := case.find(kind)) is not None:
                module, name = case.get("classname", ""), case.get("name", "")
                test = f"{module.replace('.', '/')}.py::{name.partition('[')[0]}"
                yield test, f"{found.get('message')}\n{found.text}"


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace", encoding="utf-8").splitlines()[-15:])
