"""Starts the load generator as a child process and sends it orders."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, cast

from benchmarks.cells import Cell, Order
from harness.paths import ROOT

PATIENCE = 5.0


class GeneratorFailed(RuntimeError):
    """The generator's process ended; the message has its last lines."""


class Generator:
    """The running load generator."""

    def __init__(self, process: subprocess.Popen[str], log: IO[bytes]) -> None:
        self._process, self._log = process, log
        self._input, self._output = cast(IO[str], process.stdin), cast(IO[str], process.stdout)

    def measure(self, orders: Sequence[Order]) -> list[Cell]:
        """Measure a scenario on several servers in turns. The caller adds the peak memory.

        Raises GeneratorFailed.
        """
        told = self._told(json.dumps([asdict(order) for order in orders]))
        return [_cell(order, found) for order, found in zip(orders, told, strict=True)]

    def wait_until_ready(self) -> None:
        self._told("")

    def _told(self, line: str) -> Any:
        if line:
            # When the process is gone, its missing answer says so.
            with suppress(OSError):
                self._input.write(line + "\n")
                self._input.flush()
        if answer := self._output.readline():
            return json.loads(answer)
        self._log.seek(0)
        tail = self._log.read().decode(errors="replace").splitlines()[-20:]
        raise GeneratorFailed("\n".join(["the load generator ended by itself. Its last lines:", *tail]))

    def stop(self) -> None:
        """End the process by closing its input; kill it if it does not exit in time."""
        with suppress(OSError):
            self._input.close()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._output.close()


def _cell(order: Order, found: dict[str, Any]) -> Cell:
    latencies = {int(microseconds): number for microseconds, number in found.pop("latencies").items()}
    return Cell(scenario=order.scenario, load=order.load, latencies=latencies, peak_rss=0, **found)


@contextmanager
def generator(plan: Path, cpus: frozenset[int] | None) -> Iterator[Generator]:
    """Start a generator that has read the plan; it exits at the end, or with this process. Raises GeneratorFailed."""
    words = ",".join(map(str, sorted(cpus))) if cpus else "-"
    command = [sys.executable, "-m", "benchmarks.load.generator", str(plan.resolve()), words]
    with tempfile.TemporaryFile() as log:
        # A session of its own: Ctrl-C is for this process, which then ends the generator in good order.
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
