"""How much the load generator can do by itself: it is let loose on a server that does nothing, and both are watched."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from benchmarks.analysis.statistics import percentile
from benchmarks.cells import Cell, Load, Order
from benchmarks.environment.processors import Pinning
from benchmarks.load.null_server import body
from benchmarks.load.process import generator
from benchmarks.scenarios.exchanges import Exchange, Plan, Request
from harness.paths import ROOT

USERS, RATE = 8, 250.0
SECONDS, WARM_UP = 1.0, 0.2
# Of a smoke run, which says nothing about speed.
SHORT = 0.2
# Bytes of an answer: what one product takes.
SIZE = 700
SHARE_OF_CEILING = 0.5
# Of the time of its CPU; where neither of two that wait for each other gets so much, others have it.
BUSY = 0.7
_SCENARIO = "null"


class CalibrationFailed(RuntimeError):
    """The null server did not start, or was not answered rightly."""


@dataclass(frozen=True)
class Calibration:
    """What the generator reached against the null server. CPU is in microseconds for each request.

    `generator_share` and `server_share` say how busy each kept its CPU. `open_p50` and `open_p99` are microseconds from
    when an arrival was due to its answer, at RATE: what open load's own pacing adds to each latency is within them.
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
        """What kept `per_second` from being more. If it was not the generator itself, that could do more."""
        busiest = max(self.generator_share, self.server_share)
        if busiest < BUSY:
            return "other programs"
        return "generator" if busiest == self.generator_share else "null server"

    def allows(self, per_second: float) -> bool:
        """Whether a rate is at most half of the ceiling, so that it is the server's and not the generator's."""
        return per_second <= SHARE_OF_CEILING * self.per_second

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"limit": self.limit}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Calibration":
        """Read what `as_json` wrote. Raises TypeError."""
        return cls(**{name: value for name, value in values.items() if name != "limit"})


def calibrate(pinning: Pinning, *, users: int = USERS, seconds: float = SECONDS) -> Calibration:
    """Measure closed and open load against the null server, pinned as a run is. Takes 2.5 times `seconds` and a start.

    Raises CalibrationFailed, GeneratorFailed.
    """
    plan = Plan()
    plan.add(_SCENARIO, [[Exchange(Request("GET", "/api/products/null"), 200, text=body(SIZE))]])
    with tempfile.TemporaryDirectory() as scratch, null_server(SIZE, pinning.server) as (port, pid):
        path = Path(scratch) / "plan.json"
        plan.save(path)
        with generator(path, pinning.others) as load:
            (closed,) = load.measure([_order(port, pid, Load(users=users), seconds)])
            (opened,) = load.measure([_order(port, pid, Load(rate=RATE), seconds)])
    for cell in (closed, opened):
        if cell.errors or not cell.requests:
            raise CalibrationFailed(f"the null server was not answered rightly: {cell.examples}")
    return _found(closed, opened)


@contextmanager
def null_server(size: int, cpus: frozenset[int] | None) -> Iterator[tuple[int, int]]:
    """Yields its port and process id. Raises CalibrationFailed."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.load.null_server",
        str(size),
        ",".join(map(str, sorted(cpus or ()))) or "-",
    ]
    # It ends when its input does, also when this process dies. A session of its own: Ctrl-C is not for it.
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
            said = process.stdout.readline() if process.stdout else ""
            if not said.strip().isdecimal():
                raise CalibrationFailed("the null server did not start")
            yield int(said), process.pid
        finally:
            process.kill()


def _order(port: int, pid: int, load: Load, seconds: float) -> Order:
    return Order(
        scenario=_SCENARIO,
        work=_SCENARIO,
        url=f"http://127.0.0.1:{port}",
        load=load,
        warm_up=WARM_UP,
        duration=seconds,
        tokens={},
        server_pids=[pid],
        database_pid=None,
        server_cpus=[],
    )


def _found(closed: Cell, opened: Cell) -> Calibration:
    return Calibration(
        per_second=closed.requests / closed.seconds,
        cpu_per_request=closed.generator_cpu / closed.requests * 1e6,
        generator_share=closed.generator_cpu / closed.seconds,
        server_share=closed.server_cpu / closed.seconds,
        open_p50=percentile(opened.latencies, 0.5),
        open_p99=percentile(opened.latencies, 0.99),
        open_late=opened.late,
    )
