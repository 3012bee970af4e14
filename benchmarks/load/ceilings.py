"""Measures the highest rate of the load generator in each scenario, with a server that sends recorded responses.

The generator's cost of a request depends on the size of the response and on how it is checked: against exact bytes, or
against a pattern. So each scenario has its own ceiling.
"""

import json
import math
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.cells import Load, MeasureCommand
from benchmarks.environment.processors import Pinning
from benchmarks.load.calibration import CalibrationFailed, child_server
from benchmarks.load.process import generator
from benchmarks.scenarios.exchanges import SERIAL, Exchange, Plan, Request

USERS = 8
SECONDS, WARM_UP = 0.2, 0.05
# Seconds in a smoke run, whose figures are not valid anyway.
SMOKE_SECONDS = 0.05
_SERIAL_NUMBER = "0" * 9


def ceilings(plan: Plan, size: int, pinning: Pinning, *, seconds: float = SECONDS) -> dict[str, float]:
    """Return the requests per second that the generator could send with a whole CPU, by scenario.

    `size` is the number of products whose workloads are used. If the variants of a scenario have different responses,
    its ceiling is that of the most expensive ones. Takes `seconds` for each workload, and a second to start the
    processes. Raises CalibrationFailed, GeneratorFailed.
    """
    workloads = plan.workloads(size)
    if not workloads:
        return {}
    replayed, responses = _replayed(plan, workloads)
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "plan.json"
        replayed.save(path)
        with replay_server(responses, Path(scratch), pinning.server) as port, generator(path, pinning.others) as load:
            for workload in workloads:
                scenario = workload.split()[0]
                (cell,) = load.measure([_command(scenario, workload, port, seconds)])
                if cell.errors or not cell.requests or not cell.generator_cpu:
                    raise CalibrationFailed(
                        f"the generator received wrong responses from the server that replays {scenario}: "
                        f"{cell.examples}"
                    )
                # The generator may have waited for the server, so its CPU time counts, not the duration.
                found[scenario] = min(found.get(scenario, math.inf), cell.requests / cell.generator_cpu)
    return found


@contextmanager
def replay_server(responses: list[tuple[int, str]], scratch: Path, cpus: frozenset[int] | None) -> Iterator[int]:
    """Start the server with these pairs of status and body, and yield its port. Raises CalibrationFailed."""
    path = scratch / "responses.json"
    path.write_text(json.dumps(responses), encoding="utf-8")
    with child_server("benchmarks.load.replay_server", str(path), cpus=cpus) as (port, _):
        yield port


def _replayed(plan: Plan, workloads: Sequence[str]) -> tuple[Plan, list[tuple[int, str]]]:
    """Return a plan whose requests have the numbers of their responses as paths, and the responses."""
    replayed, responses = Plan(), list[tuple[int, str]]()
    for workload in workloads:
        exchanges = []
        for exchange in plan.exchanges[workload]:
            exchanges.append(replace(exchange, request=_numbered(exchange.request, len(responses))))
            responses.append((exchange.status, _body(exchange)))
        replayed.exchanges[workload], replayed.starts[workload] = exchanges, plan.starts[workload]
    return replayed, responses


def _numbered(request: Request, number: int) -> Request:
    body = request.body and request.body.replace(SERIAL, _SERIAL_NUMBER)
    return Request(request.method, f"/{number}", body, request.content_type)


def _body(exchange: Exchange) -> str:
    body = exchange.text if exchange.example is None else exchange.example
    if body is None:
        raise CalibrationFailed(f"no response to {exchange.request.method} {exchange.request.path} is recorded")
    return body


def _command(scenario: str, workload: str, port: int, seconds: float) -> MeasureCommand:
    return MeasureCommand(
        scenario=scenario,
        workload=workload,
        url=f"http://127.0.0.1:{port}",
        load=Load(users=USERS),
        warm_up=min(WARM_UP, seconds),
        duration=seconds,
        tokens={},
        server_pids=[],
        database_pid=None,
        server_cpus=[],
    )
