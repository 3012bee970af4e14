"""Starts the load generator as a child process and sends it commands."""

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, cast

from benchmarks.cells import Cell, MeasureCommand
from harness.paths import ROOT

EXIT_TIMEOUT = 5.0


class GeneratorFailed(RuntimeError):
    """The process of the generator has exited unexpectedly. The message contains the end of its log."""


class Generator:
    """A running load generator."""

    def __init__(self, process: subprocess.Popen[str], log: IO[bytes]) -> None:
        self._process, self._log = process, log
        self._input, self._output = cast(IO[str], process.stdin), cast(IO[str], process.stdout)

    def measure(self, commands: Sequence[MeasureCommand]) -> list[Cell]:
        """Measure a scenario on several servers in turns. Return a cell for each command.

        `peak_rss` of the cells is 0; the caller sets it. Raises GeneratorFailed.
        """
        results = self._request(json.dumps([asdict(command) for command in commands]))
        return [_cell(command, result) for command, result in zip(commands, results, strict=True)]

    def wait_until_ready(self) -> None:
        """Wait until the generator has read its plan. Raises GeneratorFailed."""
        self._read()

    def _request(self, line: str) -> Any:
        # If the process has exited, reading its output raises GeneratorFailed.
        with suppress(OSError):
            self._input.write(line + "\n")
            self._input.flush()
        return self._read()

    def _read(self) -> Any:
        if line := self._output.readline():
            return json.loads(line)
        self._log.seek(0)
        tail = self._log.read().decode(errors="replace").splitlines()[-20:]
        raise GeneratorFailed("\n".join([f"The load generator {self._end()}", *tail]))

    def _end(self) -> str:
        """Return how the process, which has closed its output, has ended."""
        try:
            status = self._process.wait(EXIT_TIMEOUT)
        except subprocess.TimeoutExpired:
            return "closed its output."
        if status < 0:
            return f"was killed by signal {-status} ({signal.strsignal(-status)}), perhaps for lack of memory."
        return f"exited with status {status}. The end of its log:"

    def stop(self) -> None:
        """Close the input of the process, which makes it exit. Kill it after EXIT_TIMEOUT seconds."""
        with suppress(OSError):
            self._input.close()
        try:
            self._process.wait(EXIT_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._output.close()


def _cell(command: MeasureCommand, result: dict[str, Any]) -> Cell:
    latencies = {int(microseconds): number for microseconds, number in result.pop("latencies").items()}
    return Cell(
        scenario=command.scenario,
        load=command.load,
        rate=command.arrival_rate,
        latencies=latencies,
        peak_rss=0,
        **result,
    )


@contextmanager
def generator(plan: Path, cpus: frozenset[int] | None) -> Iterator[Generator]:
    """Start a generator with the plan and wait until it is ready. A context manager that stops it at the end.

    The generator also exits when this process does. `cpus` are the CPUs to pin it to. Raises GeneratorFailed.
    """
    words = ",".join(map(str, sorted(cpus))) if cpus else "-"
    command = [sys.executable, "-m", "benchmarks.load.generator", str(plan.resolve()), words]
    with tempfile.TemporaryFile() as log:
        # In a new session, so that Ctrl-C does not reach the generator: this process stops it in an orderly way.
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
            encoding="utf-8",
        )
        started = Generator(process, log)
        try:
            started.wait_until_ready()
            yield started
        finally:
            started.stop()
