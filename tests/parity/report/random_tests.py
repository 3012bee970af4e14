"""Run the random tests with pytest, with more steps and examples than `make test` uses."""

import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from rich.console import Console
from rich.progress import Progress

from harness.paths import ROOT
from tests.parity.report.record import Record

DIFFERENTIAL = "tests/differential/test_differential.py"
GENERATIVE = "tests/generative"


def run_differential_tests(steps: int, seed: int, progress: Progress, console: Console) -> Record:
    """Run the differential tests with this number of steps, with separate databases and with a shared one."""
    options = [
        DIFFERENTIAL,
        "-k",
        "test_random_sequences",
        f"--differential-steps={steps}",
    ]
    return {"steps": steps, "seed": seed, **_run(f"differential: 2 x {steps} steps", options, seed, progress, console)}


def run_generative_tests(examples: int, seed: int, progress: Progress, console: Console) -> Record:
    """Run Schemathesis with this number of examples for each operation and phase."""
    options = [GENERATIVE, f"--schemathesis-examples={examples}"]
    result = _run(f"Schemathesis: {examples} examples", options, seed, progress, console)
    return {"examples": examples, "seed": seed, **result}


def _run(title: str, options: list[str], seed: int, progress: Progress, console: Console) -> Record:
    task = progress.add_task(title, total=None)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
        done = subprocess.run(
            [*command, f"--differential-seed={seed}", *options],
            cwd=ROOT,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        if done.returncode:
            console.print(done.stdout[-8000:], markup=False, highlight=False)
        suite = ElementTree.parse(report).getroot().find("testsuite")
    progress.update(task, total=1, completed=1)
    assert suite is not None
    tests, failed = int(suite.attrib["tests"]), int(suite.attrib["failures"]) + int(suite.attrib["errors"])
    return {"tests": tests, "failed": failed}
