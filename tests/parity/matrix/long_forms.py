"""The tests that think up requests themselves, for as long as they are asked to."""

import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from rich.console import Console
from rich.progress import Progress

from harness.paths import ROOT
from tests.parity.matrix.record import Record

DIFFERENTIAL = "tests/differential/test_differential.py"
GENERATIVE = "tests/generative"


def differential(steps: int, seed: int, progress: Progress, console: Console) -> Record:
    """Sequences of random steps, to two shops and to one."""
    options = [
        DIFFERENTIAL,
        "-k",
        "test_two_implementations or test_what_one_implementation",
        f"--differential-steps={steps}",
    ]
    return {"steps": steps, "seed": seed, **_run(f"differential: 2 x {steps} steps", options, seed, progress, console)}


def generative(examples: int, seed: int, progress: Progress, console: Console) -> Record:
    """What Schemathesis derives from openapi.yaml."""
    options = [GENERATIVE, f"--schemathesis-examples={examples}"]
    found = _run(f"Schemathesis: {examples} examples", options, seed, progress, console)
    return {"examples": examples, "seed": seed, **found}


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
