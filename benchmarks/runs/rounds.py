"""One round: starts a server with a new database for each server run, and measures the servers in turns."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from random import Random
from typing import Protocol

import psutil

from benchmarks.cells import Cell, Load, MeasureCommand
from benchmarks.environment.processors import pin, reset_peak_memory
from benchmarks.load.process import Generator
from benchmarks.results import Run
from benchmarks.runs.bench import AccessTokens, Bench
from benchmarks.runs.open_rates import arrival_rate
from benchmarks.runs.parallel import entered_together
from benchmarks.scenarios.dialects import dialect_of
from benchmarks.scenarios.exchanges import Plan
from benchmarks.settings import Settings, Subject
from benchmarks.verification.client import client
from harness.processes import usage
from harness.servers.server import RunningServer, ServerFailed

# Seconds after which tokens are renewed before a scenario. They are valid for at least 300 s, as SimpleJWT's are.
RENEW_TOKENS_AFTER = 150.0
# Seconds to wait, after errors, for a server that crashed to exit, also on a busy machine.
EXIT_TIMEOUT = 10.0


class RoundProgress(Protocol):
    """Receives the progress of a round: see `RunProgress`."""

    def start_server(self, subject: Subject) -> None: ...
    def start_scenario(self, scenario: str) -> None: ...
    def finish_cell(self) -> None: ...


def require_running(implementation: RunningServer, *, during: str) -> None:
    """Raise ServerFailed if the server has exited; `during` is for the message."""
    if not implementation.is_running():
        raise ServerFailed(
            f"{implementation.name} exited unexpectedly during {during}. The end of its log:\n"
            f"{implementation.log_tail()}"
        )


def _with_memory(cell: Cell, implementation: RunningServer) -> Cell:
    """Return the cell with the memory that the server uses now."""
    workers = implementation.workers()
    return replace(cell, peak_rss=implementation.peak_rss_bytes(), pss=usage.pss_bytes(workers), workers=len(workers))


@dataclass
class ServerRun:
    """A server run: the server of a subject in one round, and its measurements.

    `accounts` are the e-mail addresses of the users that requests are sent for. Server runs of a variant share
    `access`, because with the default hasher of Django each sign-in takes a second.
    """

    subject: Subject
    implementation: RunningServer
    accounts: set[str]
    access: AccessTokens = field(default_factory=AccessTokens)
    cells: list[Cell] = field(default_factory=list)
    failure: str | None = None

    def tokens(self) -> dict[str, str]:
        """Return valid tokens of all accounts. Sign in again if they are too old. Raises SignInFailed, OSError."""
        if time.monotonic() - self.access.received > RENEW_TOKENS_AFTER:
            # Opened each time, because the server closes idle connections.
            with client(self.implementation.port, dialect_of(self.subject.variant)) as http_client:
                http_client.sign_in(self.accounts)
                self.access.by_account, self.access.received = http_client.tokens, time.monotonic()
        return self.access.by_account

    def run(self, number: int, position: int) -> Run:
        """Return the results of the server run; `number` is the round's, `position` that in the round."""
        return Run(number, position, self.subject, self.cells, self.failure)


def run_round(
    bench: Bench,
    number: int,
    *,
    plan: Plan,
    load: Generator,
    progress: RoundProgress,
    open_rates: dict[str, dict[str, float]],
) -> list[Run]:
    """Measure every scenario of the plan under each load. Closed load alternates between the servers in time slices.

    All servers of the round run at the same time, so that a slow phase of the machine affects all of them. If a server
    exits unexpectedly, the round ends and the `failure` of its run has the reason. `open_rates` are those of the part;
    rates that it lacks are added. Raises ServerFailed if a server does not start, DatabaseFailed, DiskFull,
    GeneratorFailed, SignInFailed.
    """
    settings = bench.settings
    starting = [_server_run(bench, plan, subject, progress) for subject in settings.order(number)]
    with entered_together(starting, at_once=bench.processors) as server_runs:
        bench.settle()
        for scenario, each in _steps(plan, settings):
            progress.start_scenario(scenario)
            if not _are_running(server_runs, during=f"the time before {scenario}"):
                break
            try:
                rate = arrival_rate(each, scenario, _cells(server_runs, scenario), open_rates)
                seed = Random(f"{settings.seed} {number} {scenario} {each}").getrandbits(32)
                commands = [_command(bench, server_run, scenario, each, rate, seed) for server_run in server_runs]
            except (OSError, psutil.NoSuchProcess):
                # The sign-in failed. If a server has exited, the round ends; otherwise it is an error of the benchmark.
                if _are_running(server_runs, during=f"the sign-in before {scenario}"):
                    raise
                break
            cells = load.measure(commands)
            if any(cell.errors for cell in cells):
                bench.dependencies.check()
            for server_run, cell in zip(server_runs, cells, strict=True):
                if cell.errors:
                    server_run.implementation.wait_for_end(EXIT_TIMEOUT)
            if not _are_running(server_runs, during=scenario):
                break
            for server_run, cell in zip(server_runs, cells, strict=True):
                server_run.cells.append(_with_memory(cell, server_run.implementation))
                progress.finish_cell()
        return [server_run.run(number, position) for position, server_run in enumerate(server_runs, 1)]


def _steps(plan: Plan, settings: Settings) -> list[tuple[str, Load]]:
    """Return the scenarios and loads in the order in which a round measures them."""
    scenarios = plan.scenarios(settings.sizes[0])
    return [(scenario, load) for scenario in scenarios for load in settings.loads_of(scenario)]


def _cells(server_runs: Sequence[ServerRun], scenario: str) -> list[tuple[Subject, Cell]]:
    measured = [(server_run.subject, cell) for server_run in server_runs for cell in server_run.cells]
    return [each for each in measured if each[1].scenario == scenario]


def _are_running(server_runs: Sequence[ServerRun], *, during: str) -> bool:
    """Return whether all servers are running. Set the `failure` of those that are not."""
    for server_run in server_runs:
        try:
            require_running(server_run.implementation, during=during)
        except ServerFailed as error:
            server_run.failure = str(error)
    return not any(server_run.failure for server_run in server_runs)


@contextmanager
def _server_run(bench: Bench, plan: Plan, subject: Subject, progress: RoundProgress) -> Iterator[ServerRun]:
    """Start a server on all CPUs, as others start at the same time, and pin it when it is ready."""
    progress.start_server(subject)
    pinning = bench.pinnings[subject.workers]
    with bench.data(subject.size) as url, bench.running(subject, url, pinning.all) as implementation:
        if pinning.server is not None:
            pin(implementation.processes(), pinning.server)
        accounts = plan.accounts(subject.size, dialect_of(subject.variant).name)
        access = bench.tokens.setdefault((subject.variant, subject.size), AccessTokens())
        yield ServerRun(subject, implementation, accounts, access)


def _command(
    bench: Bench, server_run: ServerRun, scenario: str, load: Load, rate: float | None, seed: int
) -> MeasureCommand:
    implementation, settings = server_run.implementation, bench.settings
    tokens = server_run.tokens()
    pids = [process.pid for process in implementation.processes()]
    leader = bench.server.process()
    reset_peak_memory(pids)
    return MeasureCommand(
        scenario=scenario,
        workload=Plan.key(scenario, server_run.subject.size, dialect_of(server_run.subject.variant).name),
        url=implementation.url,
        load=load,
        warm_up=settings.warm_up,
        join_interval=server_run.subject.join_interval,
        duration=settings.duration if rate is None else settings.open_duration(rate),
        requests=settings.requests,
        latency_seconds=settings.latency_seconds,
        rate=rate,
        seed=seed,
        tokens=tokens,
        server_pids=pids,
        database_pid=leader.pid if leader else None,
        server_cpus=sorted(bench.pinnings[server_run.subject.workers].server or ()),
    )
