"""Measures the highest rate of the load generator, with a server that does no work."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from benchmarks.analysis.statistics import percentile
from benchmarks.cells import Cell, Load, MeasureCommand
from benchmarks.environment.processors import Pinning
from benchmarks.load.null_server import response_body
from benchmarks.load.process import generator
from benchmarks.scenarios.exchanges import Exchange, Plan, Request
from harness.paths import ROOT

USERS, RATE = 8, 250.0
SECONDS, WARM_UP = 1.0, 0.2
# Seconds in a smoke run, whose figures are not valid anyway.
SMOKE_SECONDS = 0.2
# Bytes of a response body: about the size of one product.
BODY_SIZE = 700
# Share of its CPU that the generator or the server uses if it is the limit. If both use less, other programs are.
BUSY_SHARE = 0.7
_SCENARIO = "null"


class CalibrationFailed(RuntimeError):
    """The null server did not start, or the generator received wrong responses from it."""


@dataclass(frozen=True)
class Calibration:
    """The results of the generator against the null server. `cpu_per_request` is in microseconds.

    `generator_share` and `server_share` are shares of one CPU. `open_p50` and `open_p99` are latencies of open load at
    RATE in microseconds. They include the delay that the generator's own timing adds to each latency.
    """

    per_second: float
    cpu_per_request: float
    generator_share: float
    server_share: float
    open_p50: float
    open_p99: float
    open_late: int

    @property
    def limit(self) -> Literal["generator", "null server", "other programs"]:
        """Return what limited `per_second`. If it was not the generator, the generator can send more."""
        busiest = max(self.generator_share, self.server_share)
        if busiest < BUSY_SHARE:
            return "other programs"
        return "generator" if busiest == self.generator_share else "null server"

    def as_json(self) -> dict[str, Any]:
        """Return the fields and the limit as a dictionary."""
        return asdict(self) | {"limit": self.limit}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Calibration":
        """Create a calibration from the result of `as_json`. Raises TypeError."""
        return cls(**{name: value for name, value in values.items() if name != "limit"})


def calibrate(pinning: Pinning, *, users: int = USERS, seconds: float = SECONDS) -> Calibration:
    """Measure closed and open load against the null server, with the CPU pinning of a run.

    Takes about 2.5 times `seconds`, and the start of the processes. Raises CalibrationFailed, GeneratorFailed.
    """
    plan = Plan()
    plan.add(_SCENARIO, [[Exchange(Request("GET", "/api/products/null"), 200, text=response_body(BODY_SIZE))]])
    with tempfile.TemporaryDirectory() as scratch, null_server(BODY_SIZE, pinning.server) as (port, pid):
        path = Path(scratch) / "plan.json"
        plan.save(path)
        with generator(path, pinning.others) as load:
            (closed,) = load.measure([_command(port, pid, Load(users=users), seconds)])
            (opened,) = load.measure([_command(port, pid, Load(rate=RATE), seconds)])
    for cell in (closed, opened):
        if cell.errors or not cell.requests:
            raise CalibrationFailed(f"the generator received wrong responses from the null server: {cell.examples}")
    return _calibration(closed, opened)


@contextmanager
def null_server(size: int, cpus: frozenset[int] | None, *, delay: float = 0.0) -> Iterator[tuple[int, int]]:
    """Start the null server with bodies of `size` bytes after `delay` seconds; yield its port and process id.

    Raises CalibrationFailed.
    """
    with child_server("benchmarks.load.null_server", str(size), cpus=cpus, options=[str(delay)]) as started:
        yield started


@contextmanager
def child_server(
    module: str, argument: str, *, cpus: frozenset[int] | None, options: Sequence[str] = ()
) -> Iterator[tuple[int, int]]:
    """Start a server of this package that prints its port; yield the port and the process id.

    Raises CalibrationFailed.
    """
    command = [sys.executable, "-m", module, argument, ",".join(map(str, sorted(cpus or ()))) or "-", *options]
    # It exits when its input closes, also if this process dies. In a new session Ctrl-C does not reach it.
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        encoding="utf-8",
    ) as process:
        try:
            port = process.stdout.readline() if process.stdout else ""
            if not port.strip().isdecimal():
                raise CalibrationFailed(f"{module} did not start")
            yield int(port), process.pid
        finally:
            process.kill()


def _command(port: int, pid: int, load: Load, seconds: float) -> MeasureCommand:
    return MeasureCommand(
        scenario=_SCENARIO,
        workload=_SCENARIO,
        url=f"http://127.0.0.1:{port}",
        load=load,
        warm_up=WARM_UP,
        duration=seconds,
        tokens={},
        server_pids=[pid],
        database_pid=None,
        server_cpus=[],
    )


def _calibration(closed: Cell, opened: Cell) -> Calibration:
    return Calibration(
        per_second=closed.requests / closed.seconds,
        cpu_per_request=closed.generator_cpu / closed.requests * 1e6,
        generator_share=closed.generator_cpu / closed.seconds,
        server_share=closed.server_cpu / closed.seconds,
        open_p50=percentile(opened.latencies, 0.5),
        open_p99=percentile(opened.latencies, 0.99),
        open_late=opened.late,
    )
