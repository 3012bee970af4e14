"""Run the contract suite, or a part of it, in a copy of the repository, and read the result."""

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
    """The tests that failed, as `file::function`; `trouble` says why a run tells nothing of its mutant."""

    failed: tuple[str, ...] = ()
    trouble: str = ""


class Interrupted(Exception):
    """The run was told to stop."""


def only(implementation: str, words: str = "") -> str:
    """The pytest expression that selects tests of this implementation, and of both, whose names have the words."""
    (other,) = {*IMPLEMENTATIONS} - {implementation}
    return f"({words}) and not {other}" if words else f"not {other}"


def run(
    copy: Path, paths: Sequence[str], expression: str, *, seconds: float, stop: Event, all_: bool = False
) -> Outcome:
    """Run tests to the first failure, or all; nothing that was started outlives the call. Raises Interrupted."""
    report, log = copy.with_suffix(".xml"), copy.with_suffix(".log")
    report.unlink(missing_ok=True)
    log.write_bytes(b"")
    options = ["-q", "-p", "no:cacheprovider", f"--junitxml={report}", "-k", expression, *(() if all_ else ("-x",))]
    status = _guarded([sys.executable, "-m", "pytest", *options, *paths], copy, log, seconds, stop)
    if stop.is_set():
        raise Interrupted
    if status is None:
        return Outcome(trouble=f"the tests took more than {seconds:.0f} s")
    if status == 0:
        return Outcome()
    if status == NOTHING_SELECTED:
        return Outcome(trouble=f"no test is selected by: {expression}")
    if status != FAILED or not report.exists():
        return Outcome(trouble=_tail(log))
    return read_report(report)


def _guarded(command: Sequence[str], copy: Path, log: Path, seconds: float, stop: Event) -> int | None:
    """Exit status of the command, None when it had to be ended."""
    # The embedded server and its templates are shared: they do not depend on the code of the implementations.
    environment = {**os.environ, "DATA_DIR": str(default_data_dir())}
    environment.pop("PYTHONPATH", None)
    guard = subprocess.Popen(
        [sys.executable, "-m", "harness.servers.guard", "-", str(log), *command],
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
        guard.communicate()  # its input closes, and it ends what still runs


def read_report(report: Path) -> Outcome:
    """The tests that failed, from a JUnit report."""
    failed = dict.fromkeys(_failures(report))
    if unstarted := [why for _, why in failed if "ServerFailed" in why]:
        return Outcome(trouble=f"the implementation does not start: {unstarted[0][-500:]}")
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
