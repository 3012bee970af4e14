"""Starts the benchmark in child processes and reads their output."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from harness.paths import ROOT

# Seconds in which a run ends, also on a busy machine.
RUN_TIMEOUT = 300.0


def benchmark(*arguments: str | Path) -> Sequence[str]:
    """Return the command line of the benchmark with these arguments."""
    return [sys.executable, "-m", "benchmarks", *map(str, arguments)]


@contextmanager
def started(*arguments: str | Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Start the benchmark in a child process, and terminate it if the test fails. `environment` has more variables."""
    command = benchmark(*arguments)
    variables = {**os.environ, **environment}
    process = subprocess.Popen(
        command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        process.communicate()


def lines_until(run: "subprocess.Popen[str]", last: str) -> Iterator[str]:
    """Yield the output up to the first line that contains `last`, or to its end."""
    for line in run.stdout or ():
        yield line
        if last in line:
            return
